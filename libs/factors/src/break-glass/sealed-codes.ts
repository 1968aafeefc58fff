import { formatCode, generateCodes, normaliseCode } from '@sparekey/codes';
import { type RealmId, uuidV7 } from '@sparekey/contracts';
import { createVerifiers, type Peppers } from '../backup-code/verifiers.ts';
import { NOBODY } from '../factor.ts';
import type { HashEngine } from '../hash/engine.ts';
import type { NewSealedSet, SealedSet } from './ports.ts';

/** Symbols of a sealed code: 119 bits, as nobody types it but in need, and it opens everything. */
const LENGTH = 24;
const GROUP = 4;
const SALT_BYTES = 16;

/** The codes that lie in an envelope for the day on which no administrator can get in. */
export interface SealedCodes {
  /** One evaluation for each code. `codes` are formatted for print; nobody can read them again. */
  make(realmId: RealmId, count: number, createdBy: string): Promise<{ codes: string[]; set: NewSealedSet }>;
  /** False for input that cannot be a code by its form: it costs neither a hash nor an attempt. */
  wellFormed(input: string): boolean;
  /** The place of an unused code; one evaluation, whatever the outcome. */
  find(set: SealedSet, input: string): Promise<number | undefined>;
}

export function createSealedCodes(dependencies: {
  engine: HashEngine;
  peppers: Peppers;
  clock: () => Date;
  random: (count: number) => Buffer;
}): SealedCodes {
  const { clock, random } = dependencies;
  const verifiers = createVerifiers(dependencies);
  /** A set belongs to a realm and to nobody in it. */
  const owned = <T extends { id: string }>(set: T) => ({ ...set, id: set.id as never, userId: NOBODY });

  return {
    async make(realmId, count, createdBy) {
      const codes = generateCodes({ count, length: LENGTH }, random);
      const id = uuidV7(clock(), random(10));
      const set = { id, realmId, scheme: verifiers.currentScheme('standard'), salt: random(SALT_BYTES) };
      const stored = { ...set, verifiers: await verifiers.of(codes, owned(set)), codeLength: LENGTH, createdBy };
      return { codes: codes.map((code) => formatCode(code, GROUP)), set: stored };
    },
    wellFormed: (input) => normaliseCode(input, LENGTH) !== undefined,
    async find(set, input) {
      const code = normaliseCode(input, set.codeLength);
      return code === undefined ? undefined : verifiers.find(code, owned(set));
    },
  };
}
