import { findVerifier, VERIFIER_VERSION, verifierOf } from '@sparekey/codes';
import { AppError } from '@sparekey/contracts';
import type { HashingProfile } from '@sparekey/policy';
import type { HashEngine } from '../hash/engine.ts';
import type { BackupCodeScheme, BackupCodeSet } from '../ports.ts';

/** Keys of the verifiers, at least 32 bytes each, held outside the database. Old ones stay until their sets are gone. */
export interface Peppers {
  current: { id: string; key: Buffer };
  byId(id: string): Buffer | undefined;
}

type Owned = Pick<BackupCodeSet, 'id' | 'realmId' | 'userId' | 'scheme' | 'salt'>;

/** Makes and finds the verifiers of sets: argon2id under the salt of the set, then the pepper bound to its owner. */
export interface Verifiers {
  /** How a set made now under the profile is made. */
  currentScheme(profile: HashingProfile): BackupCodeScheme;
  /** One evaluation for each code. Errors: `overloaded`; `unavailable` without the pepper of the set. */
  of(codes: readonly string[], set: Owned): Promise<Buffer[]>;
  /** The place of a code in a set: one evaluation, whether it is there, used, or the set is empty. Errors: as `of`. */
  find(code: string, set: Owned & Pick<BackupCodeSet, 'verifiers'>): Promise<number | undefined>;
}

export function createVerifiers({ engine, peppers }: { engine: HashEngine; peppers: Peppers }): Verifiers {
  function pepperOf({ pepperId }: BackupCodeScheme): Buffer {
    const key = pepperId === peppers.current.id ? peppers.current.key : peppers.byId(pepperId);
    // An outage, not a wrong code: without the key nobody of that set could ever come in.
    if (key === undefined) throw new AppError('unavailable', `the pepper "${pepperId}" of a set is not configured`);
    return key;
  }

  async function of(codes: readonly string[], set: Owned): Promise<Buffer[]> {
    const pepper = pepperOf(set.scheme);
    const context = { realmId: set.realmId, userId: set.userId, setId: set.id, version: set.scheme.version };
    const raw = await engine.argon2id(codes, set.salt, set.scheme);
    return raw.map((output) => verifierOf(pepper, context, output));
  }

  return {
    of,
    currentScheme: (profile) => ({
      version: VERIFIER_VERSION,
      ...engine.costOf(profile),
      pepperId: peppers.current.id,
    }),
    async find(code, set) {
      const [candidate] = await of([code], set);
      return candidate === undefined ? undefined : findVerifier(set.verifiers, candidate);
    },
  };
}
