import type { AuthenticatorId, RealmId, UserId } from '@sparekey/contracts';
import { AppError } from '@sparekey/contracts';
import type { HashingProfile } from '@sparekey/policy';
import { type Check, type Factor, NOBODY } from '../factor.ts';
import type { HashEngine } from '../hash/engine.ts';
import { parsePhc, schemeName } from '../hash/phc.ts';
import type { FactorStores, PasswordCredential } from '../ports.ts';

/** Longest password, in bytes of UTF-8: well over what people and managers use, and little to hash. */
export const MAX_PASSWORD_BYTES = 1024;

export interface PasswordFactor extends Factor {
  readonly kind: 'password';
  /**
   * Sets or replaces a password; one evaluation. Whether it is good enough is for the caller to decide.
   * Errors: `validation_failed` for an empty or too long one, `overloaded`.
   */
  set(stores: FactorStores, realmId: RealmId, userId: UserId, password: string): Promise<AuthenticatorId>;
  /** The hash of a password to be stored later, so that no transaction waits for it. Errors: as `set`. */
  hash(password: string, profile?: HashingProfile): Promise<string>;
}

export function createPasswordFactor({ engine }: { engine: HashEngine }): PasswordFactor {
  /** A password of any length up to the bound, as received. Text that is not Unicode would be hashed as something else. */
  function wellFormed(input: string): boolean {
    return input !== '' && input.isWellFormed() && Buffer.byteLength(input, 'utf8') <= MAX_PASSWORD_BYTES;
  }

  /** Today's hash for one that is weaker; done before any transaction, and left for the next time when all are busy. */
  async function renewal(
    credential: PasswordCredential,
    password: string,
    profile: HashingProfile,
  ): Promise<string | undefined> {
    if (!engine.needsRehash(credential.phc, profile)) return undefined;
    try {
      return await engine.hash(password, profile);
    } catch (error) {
      if (error instanceof AppError && error.code === 'overloaded') return undefined;
      throw error;
    }
  }

  async function hash(password: string, profile?: HashingProfile): Promise<string> {
    if (!wellFormed(password)) {
      throw new AppError('validation_failed', `a password has 1 to ${MAX_PASSWORD_BYTES} bytes of well-formed text`);
    }
    return engine.hash(password, profile);
  }

  return {
    kind: 'password',
    role: 'first',
    input: 'password',
    amr: ['pwd'],
    wellFormed,
    hash,
    async set(stores, realmId, userId, password) {
      return stores.passwords.set(realmId, userId, await hash(password));
    },
    async authenticators(stores, realmId, userId) {
      const credential = await stores.passwords.get(realmId, userId);
      if (credential === undefined) return [];
      const { id, createdAt, lastUsedAt } = credential;
      return [{ id, kind: 'password', label: '', createdAt, ...(lastUsedAt === undefined ? {} : { lastUsedAt }) }];
    },
    async check(stores, { realmId, userId, policy }, input): Promise<Check> {
      if (!wellFormed(input)) return { matched: false, reason: 'malformed' };
      const credential = await stores.passwords.get(realmId, userId ?? NOBODY);
      const matches = await engine.verify(credential?.phc, input, policy.hashing.profile);
      if (credential === undefined || userId === undefined) return { matched: false, reason: 'none_enrolled' };
      if (!matches) return { matched: false, reason: 'wrong' };
      const renewed = await renewal(credential, input, policy.hashing.profile);
      return {
        matched: true,
        async spend(transaction) {
          const { passwords } = transaction;
          const upgraded = renewed !== undefined && (await passwords.upgrade(realmId, userId, credential.phc, renewed));
          await passwords.touch(realmId, userId);
          return {
            accepted: true,
            authenticatorId: credential.id,
            ...(upgraded ? { upgraded: { from: schemeOf(credential.phc), to: schemeOf(renewed) } } : {}),
          };
        },
      };
    },
  };
}

function schemeOf(phc: string): string {
  return schemeName(parsePhc(phc));
}
