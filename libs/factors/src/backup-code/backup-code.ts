import { formatCode, generateCodes, MAX_CODE_LENGTH, MIN_CODE_LENGTH, normaliseCode } from '@sparekey/codes';
import { type AuthenticatorId, type BackupCodeSetId, type UserId, uuidV7 } from '@sparekey/contracts';
import type { Policy } from '@sparekey/policy';
import { type Authenticator, type Check, type Factor, NOBODY, type Refusal, type Subject } from '../factor.ts';
import type { HashEngine } from '../hash/engine.ts';
import type { BackupCodeSet, FactorStores } from '../ports.ts';
import { createVerifiers, type Peppers } from './verifiers.ts';

/** A pending set as it is shown, once: nobody can read the codes again. */
export interface GeneratedBackupCodes {
  id: BackupCodeSetId;
  /** Formatted, in their order. */
  codes: string[];
  createdAt: Date;
  expiresAt: Date;
}

/** A set that is made but not stored, so that no transaction waits for its hashes. */
export interface PreparedBackupCodes extends GeneratedBackupCodes {
  /** Stores it as the pending set, in the caller's transaction; a pending one before it ends. */
  store(stores: FactorStores): Promise<void>;
}

/** The outcome of a code typed back from a pending set, still without effect. */
export type PendingBackupCodeCheck =
  | {
      matched: true;
      id: BackupCodeSetId;
      count: number;
      expiresAt: Date;
      /**
       * Makes the set the active one and ends the one before it, in the caller's transaction; the typed code stays
       * good. False when the set is no longer pending; else the codes that were left in the old set.
       */
      confirm(stores: FactorStores): Promise<false | { replaced: number | undefined }>;
    }
  | { matched: false; reason: Refusal };

/** A person that exists. */
export type Holder = Subject & { userId: UserId };

export interface BackupCodeFactor extends Factor {
  readonly kind: 'backup_code';
  /**
   * With the length of the person's set (`BackupCodeSet.codeLength`) only codes of that length; without it every length
   * that a policy may ask for, because a set made under an older policy stays good.
   */
  wellFormed(input: string, policy: Policy, codeLength?: number): boolean;
  /** Makes a set by the policy: one evaluation for each code. Errors: `overloaded`. */
  prepare(holder: Holder): Promise<PreparedBackupCodes>;
  /**
   * Makes and stores a pending set, for callers that store nothing with it. The active set stays good until the new one
   * is confirmed. Errors: `overloaded`, before anything is stored.
   */
  generate(stores: FactorStores, holder: Holder): Promise<GeneratedBackupCodes>;
  /** Tries a code typed back from the pending set: one evaluation when it is well-formed, none otherwise; writes nothing. */
  checkPending(stores: FactorStores, holder: Holder, input: string): Promise<PendingBackupCodeCheck>;
}

export interface BackupCodeDependencies {
  engine: HashEngine;
  peppers: Peppers;
  clock: () => Date;
  random: (count: number) => Buffer;
}

const SALT_BYTES = 16;
const DAY_MS = 86_400_000;

export function createBackupCodeFactor(dependencies: BackupCodeDependencies): BackupCodeFactor {
  const { clock, random } = dependencies;
  const verifiers = createVerifiers(dependencies);

  /** What stands in for a person without a set: same cost, nothing to match. */
  function emptySet({ realmId, policy }: Subject, holder: UserId) {
    return {
      id: NOBODY as string as BackupCodeSetId,
      realmId,
      userId: holder,
      scheme: verifiers.currentScheme(policy.hashing.profile),
      salt: Buffer.alloc(SALT_BYTES),
      verifiers: [],
      selection: policy.backupCodes.selection,
      codeLength: codeLengthOf(policy),
    };
  }

  async function prepare({ realmId, userId, policy }: Holder): Promise<PreparedBackupCodes> {
    const { count, groupLength, expiryDays, selection } = policy.backupCodes;
    const codeLength = codeLengthOf(policy);
    const codes = generateCodes({ count, length: codeLength }, random);
    const createdAt = clock();
    const expiresAt = new Date(createdAt.getTime() + expiryDays * DAY_MS);
    const id = uuidV7(createdAt, random(10)) as BackupCodeSetId;
    const set = {
      id,
      realmId,
      userId,
      scheme: verifiers.currentScheme(policy.hashing.profile),
      salt: random(SALT_BYTES),
    };
    const stored = { ...set, verifiers: await verifiers.of(codes, set), codeLength, groupLength, selection, expiresAt };
    return {
      id,
      codes: codes.map((code) => formatCode(code, groupLength)),
      createdAt,
      expiresAt,
      async store({ backupCodes }) {
        await backupCodes.addPending(stored);
      },
    };
  }

  return {
    kind: 'backup_code',
    role: 'recovery',
    input: 'backup_code',
    amr: ['otp', 'urn:sparekey:amr:backup_code'],

    wellFormed: (input, _policy, codeLength) => normaliseCode(input, codeLength) !== undefined,

    async authenticators(stores, realmId, userId): Promise<Authenticator[]> {
      const set = await stores.backupCodes.active(realmId, userId);
      if (set === undefined || set.left === 0 || set.expiresAt <= clock()) return [];
      const { createdAt, lastUsedAt } = set;
      // A set is the enrolled instance of this factor, so its id is that of the authenticator.
      const id = set.id as string as AuthenticatorId;
      return [{ id, kind: 'backup_code', label: '', createdAt, ...(lastUsedAt === undefined ? {} : { lastUsedAt }) }];
    },

    async check(stores, subject, input): Promise<Check> {
      const holder = subject.userId ?? NOBODY;
      const active = await stores.backupCodes.active(subject.realmId, holder);
      const set = active ?? emptySet(subject, holder);
      const code = normaliseCode(input, set.codeLength);
      if (code === undefined) return { matched: false, reason: 'malformed' };
      const index = await verifiers.find(code, set);
      if (active === undefined) return { matched: false, reason: 'none_enrolled' };
      // A used code has no verifier any more: it cannot be told from a wrong one, by anybody.
      const asked = askedNumber(set);
      if (index === undefined || (asked !== undefined && index !== asked - 1)) {
        return { matched: false, reason: 'wrong' };
      }
      if (active.expiresAt <= clock()) return { matched: false, reason: 'expired' };
      return {
        matched: true,
        async spend({ backupCodes }) {
          const consumed = await backupCodes.consume(active, index);
          if (consumed === undefined) return { accepted: false, reason: 'used' };
          return { accepted: true, authenticatorId: undefined, backupCodeSetId: active.id, index, left: consumed.left };
        },
      };
    },

    prepare,

    async generate(stores, holder) {
      const { store, ...generated } = await prepare(holder);
      await store(stores);
      return generated;
    },

    async checkPending(stores, { realmId, userId }, input): Promise<PendingBackupCodeCheck> {
      const set = await stores.backupCodes.pending(realmId, userId);
      const code = normaliseCode(input, set?.codeLength);
      if (code === undefined) return { matched: false, reason: 'malformed' };
      if (set === undefined) return { matched: false, reason: 'none_enrolled' };
      if ((await verifiers.find(code, set)) === undefined) return { matched: false, reason: 'wrong' };
      const { id, count, expiresAt } = set;
      return {
        matched: true,
        id,
        count,
        expiresAt,
        confirm: ({ backupCodes }) => backupCodes.confirm(realmId, userId, id),
      };
    },
  };
}

/**
 * Number (from 1) of the code that a numbered set asks for: the first that is not used (SP 800-63B-4 §3.1.2). It stays
 * the same until that one is used, so that nobody reloads until a code they know is asked for. Undefined where any code
 * will do, and when none is left.
 */
export function askedNumber(set: Pick<BackupCodeSet, 'selection' | 'verifiers'>): number | undefined {
  if (set.selection === 'any') return undefined;
  const index = set.verifiers.findIndex((verifier) => verifier !== null);
  return index === -1 ? undefined : index + 1;
}

function codeLengthOf(policy: Policy): number {
  const length = policy.backupCodes.groups * policy.backupCodes.groupLength;
  if (length < MIN_CODE_LENGTH || length > MAX_CODE_LENGTH) {
    throw new RangeError(`a code of ${length} symbols is outside ${MIN_CODE_LENGTH} to ${MAX_CODE_LENGTH}`);
  }
  return length;
}
