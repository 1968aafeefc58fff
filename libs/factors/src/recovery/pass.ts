import { createHmac } from 'node:crypto';
import { formatCode, generateCode, normaliseCode } from '@sparekey/codes';
import type { AuthenticatorId, RealmId, UserId } from '@sparekey/contracts';
import { type Check, type Factor, NOBODY } from '../factor.ts';

/** Symbols of a pass: 119 bits, so that a keyed digest is enough (SP 800-63B-4 §3.1.2.2: from 112 bits on). */
const LENGTH = 24;
const GROUP = 4;

export interface RecoveryPassStore {
  /** Stores one; an unused one before it ends. `minutes` from now, by the database's clock. */
  issue(pass: {
    realmId: RealmId;
    userId: UserId;
    digest: Buffer;
    operator: string;
    needsApproval: boolean;
    minutes: number;
  }): Promise<{ id: string; expiresAt: Date }>;
  /** Guarded: true for the first operator other than the one who issued it. */
  approve(realmId: RealmId, id: string, operator: string): Promise<{ userId: UserId } | undefined>;
  /** Whether the person could use one now. */
  live(realmId: RealmId, userId: UserId): Promise<boolean>;
  /** Whether this is it; says nothing about the time after. */
  matches(realmId: RealmId, userId: UserId, digest: Buffer): Promise<boolean>;
  /** Guarded: of any number of parallel calls exactly one gets the id. */
  consume(realmId: RealmId, userId: UserId, digest: Buffer): Promise<string | undefined>;
}

export interface RecoveryPasses {
  /** A new pass for a person: what is told to them, once, and what is kept. */
  make(realmId: RealmId, userId: UserId): { code: string; digest: Buffer };
  /** The proof; it is counted with the backup codes, in whose place it is typed. */
  readonly factor: Factor;
}

export function createRecoveryPasses(dependencies: { key: Buffer; random: (count: number) => Buffer }): RecoveryPasses {
  const digestOf = (realmId: RealmId, userId: UserId, code: string) =>
    createHmac('sha256', dependencies.key).update(`${realmId}\0${userId}\0${code}`).digest();

  return {
    make(realmId, userId) {
      const code = generateCode(LENGTH, dependencies.random);
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
        if (userId === undefined || !(await stores.recoveryPasses.matches(realmId, userId, digest))) {
          return { matched: false, reason: 'wrong' };
        }
        return {
          matched: true,
          async spend({ recoveryPasses }) {
            const id = await recoveryPasses.consume(realmId, userId, digest);
            return id === undefined
              ? { accepted: false, reason: 'used' }
              : { accepted: true, authenticatorId: id as AuthenticatorId };
          },
        };
      },
    },
  };
}
