import { createHmac } from 'node:crypto';
import { formatCode, generateCode, normaliseCode } from '@sparekey/codes';
import type { AuthenticatorId, RealmId, UserId } from '@sparekey/contracts';
import { type Check, type Factor, NOBODY } from '../factor.ts';
import type { FactorStores } from '../ports.ts';

/** Symbols of a pass: 119 bits, so that a keyed digest is enough (SP 800-63B-4 §3.1.2.2: from 112 bits on). */
const LENGTH = 24;
const GROUP = 4;

/** Where passes of one kind are kept. */
export interface PassStore {
  /** Whether this is one that the person could use now; says nothing about the time after. */
  matches(realmId: RealmId, userId: UserId, digest: Buffer): Promise<boolean>;
  /** Guarded: of any number of parallel calls exactly one gets the id. */
  consume(realmId: RealmId, userId: UserId, digest: Buffer): Promise<string | undefined>;
}

export interface Passes {
  /** A new pass for a person: what is told to them, once, and what is kept. */
  make(realmId: RealmId, userId: UserId): { code: string; digest: Buffer };
  /** The proof; it costs no slow hash, as nobody guesses it. */
  readonly factor: Factor;
}

/** Passes are bound to realm and person: told to somebody else they are nothing. */
export function createPasses(dependencies: {
  key: Buffer;
  random: (count: number) => Buffer;
  storeOf: (stores: FactorStores) => PassStore;
}): Passes {
  const { key, random, storeOf } = dependencies;
  const digestOf = (realmId: RealmId, userId: UserId, code: string) =>
    createHmac('sha256', key).update(`${realmId}\0${userId}\0${code}`).digest();

  return {
    make(realmId, userId) {
      const code = generateCode(LENGTH, random);
      return { code: formatCode(code, GROUP), digest: digestOf(realmId, userId, code) };
    },
    factor: {
      kind: 'backup_code',
      role: 'recovery',
      input: 'backup_code',
      amr: [],
      authenticators: async () => [],
      wellFormed: (input) => normaliseCode(input, LENGTH) !== undefined,
      async check(stores, { realmId, userId }, input): Promise<Check> {
        const code = normaliseCode(input, LENGTH);
        if (code === undefined) return { matched: false, reason: 'malformed' };
        const digest = digestOf(realmId, userId ?? NOBODY, code);
        if (userId === undefined || !(await storeOf(stores).matches(realmId, userId, digest))) {
          return { matched: false, reason: 'wrong' };
        }
        return {
          matched: true,
          async spend(within) {
            const id = await storeOf(within).consume(realmId, userId, digest);
            return id === undefined
              ? { accepted: false, reason: 'used' }
              : { accepted: true, authenticatorId: id as AuthenticatorId };
          },
        };
      },
    },
  };
}
