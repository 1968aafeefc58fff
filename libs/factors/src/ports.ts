import type { AuditTrail } from '@sparekey/audit';
import type { AuthenticatorId, BackupCodeSetId, RealmId, SignInUid, UserId } from '@sparekey/contracts';
import type { AttemptLimit } from '@sparekey/policy';
import type { BreakGlassStore } from './break-glass/ports.ts';
import type { Contacts } from './contact/in-force.ts';
import type { RecoveryPassStore } from './recovery/pass.ts';
import type { SentCodeKind } from './sent-code/sent-code.ts';
import type { WebAuthnStore } from './webauthn/ports.ts';

export interface PasswordCredential {
  id: AuthenticatorId;
  /** PHC string, as produced by the hash engine or imported. */
  phc: string;
  createdAt: Date;
  lastUsedAt?: Date;
}

export interface PasswordStore {
  get(realmId: RealmId, userId: UserId): Promise<PasswordCredential | undefined>;
  /** Sets or replaces; `createdAt` defaults to now. */
  set(realmId: RealmId, userId: UserId, phc: string, createdAt?: Date): Promise<AuthenticatorId>;
  /** Replaces the hash only if it is still `from`, so that an upgrade never undoes a change. */
  upgrade(realmId: RealmId, userId: UserId, from: string, to: string): Promise<boolean>;
  touch(realmId: RealmId, userId: UserId): Promise<void>;
}

export type TotpAlgorithm = 'sha1' | 'sha256' | 'sha512';

export interface TotpAuthenticator {
  id: AuthenticatorId;
  label: string;
  /** Raw seed; sealed at rest. */
  secret: Buffer;
  algorithm: TotpAlgorithm;
  digits: 6 | 7 | 8;
  periodSeconds: number;
  /** Last time step accepted; a step at or below it is never accepted again. */
  lastStep: number;
  /** Steps by which the person's clock was off at the last use. */
  driftSteps: number;
  createdAt: Date;
  lastUsedAt?: Date;
  /** Undefined while enrolment waits for its first code. */
  confirmedAt?: Date;
}

export interface TotpStore {
  /** Confirmed authenticators only. */
  list(realmId: RealmId, userId: UserId): Promise<TotpAuthenticator[]>;
  /** The one being enrolled, if any; at most one per person. */
  pending(realmId: RealmId, userId: UserId): Promise<TotpAuthenticator | undefined>;
  /** Adds; a pending one replaces the pending one before it. */
  add(
    realmId: RealmId,
    userId: UserId,
    totp: Omit<TotpAuthenticator, 'id' | 'createdAt'> & { createdAt?: Date },
  ): Promise<AuthenticatorId>;
  /** Confirms a pending one with its label and first used step; false when it is no longer pending. */
  confirm(realmId: RealmId, userId: UserId, id: AuthenticatorId, label: string, step: number): Promise<boolean>;
  /** Guarded: true only for the one caller that moves `lastStep` up to `step`. */
  consumeStep(
    realmId: RealmId,
    userId: UserId,
    id: AuthenticatorId,
    step: number,
    driftSteps: number,
  ): Promise<boolean>;
  /** False when the person has no confirmed one of that id. */
  rename(realmId: RealmId, userId: UserId, id: AuthenticatorId, label: string): Promise<boolean>;
  remove(realmId: RealmId, userId: UserId, id: AuthenticatorId): Promise<boolean>;
}

/** How a set's verifiers were made; stored with the set so that old sets stay verifiable when defaults change. */
export interface BackupCodeScheme {
  /** Version of the verifier construction (libs/codes). */
  version: number;
  memoryKib: number;
  iterations: number;
  parallelism: number;
  /** Which pepper: rotation keeps the old ones until their sets are gone. */
  pepperId: string;
}

export interface BackupCodeSet {
  id: BackupCodeSetId;
  realmId: RealmId;
  userId: UserId;
  state: 'pending' | 'active' | 'ended';
  scheme: BackupCodeScheme;
  /** At least 16 random bytes, one per set. */
  salt: Buffer;
  /** By index; null once used. */
  verifiers: (Buffer | null)[];
  count: number;
  left: number;
  /** Length of a code without separators; a submitted code of another length is malformed. */
  codeLength: number;
  groupLength: number;
  /** Any code, or the one asked for by its number, as the policy said when the set was made. */
  selection: 'any' | 'numbered';
  createdAt: Date;
  confirmedAt?: Date;
  expiresAt: Date;
  lastUsedAt?: Date;
  endedReason?: BackupCodeEnd;
}

export type BackupCodeEnd = 'regenerated' | 'revoked' | 'expired' | 'abandoned' | 'factor_removed';

export interface BackupCodeStore {
  /** The active set, also when expired (its `expiresAt` tells). */
  active(realmId: RealmId, userId: UserId): Promise<BackupCodeSet | undefined>;
  pending(realmId: RealmId, userId: UserId): Promise<BackupCodeSet | undefined>;
  /** Stores a pending set; a pending one before it ends as `abandoned`. The active set stays untouched. */
  addPending(
    set: Pick<
      BackupCodeSet,
      /** Chosen by the caller, because the verifiers are bound to it. */
      'id' | 'realmId' | 'userId' | 'scheme' | 'salt' | 'codeLength' | 'groupLength' | 'selection' | 'expiresAt'
    > & {
      verifiers: Buffer[];
    },
  ): Promise<BackupCodeSetId>;
  /**
   * Guarded: makes the pending set active and ends the active one before it, in one transaction. Returns the codes that
   * were left in the old set (undefined without one), or false when the set is no longer pending.
   */
  confirm(realmId: RealmId, userId: UserId, id: BackupCodeSetId): Promise<false | { replaced: number | undefined }>;
  /**
   * Guarded: of any number of parallel calls for one code exactly one gets the count of codes left; the others get
   * undefined. Removes the verifier, sets used_at. Refuses sets that are not active or are expired by the database's clock.
   */
  consume(set: BackupCodeSet, index: number): Promise<{ left: number } | undefined>;
  end(realmId: RealmId, userId: UserId, reason: BackupCodeEnd): Promise<{ left: number } | undefined>;
}

/** A code that was sent, as its digest. `userId` is absent when it was sent to nobody. */
export interface SentCode {
  userId?: UserId;
  digest: Buffer;
  expiresAt: Date;
  usedAt?: Date;
}

export interface SentCodeStore {
  /**
   * Stores the code of a sign-in; false when a good one of the same person is there and `replace` is not set. Guarded: of
   * parallel calls without `replace` one gets true.
   */
  put(
    code: {
      realmId: RealmId;
      signInUid: SignInUid;
      kind: 'email' | 'sms';
      userId: UserId | undefined;
      digest: Buffer;
      ttlSeconds: number;
    },
    replace: boolean,
  ): Promise<boolean>;
  get(realmId: RealmId, signInUid: SignInUid, kind: 'email' | 'sms'): Promise<SentCode | undefined>;
  /** Guarded: true for the one caller that spends this very code, unused and in time by the database's clock. */
  consume(realmId: RealmId, signInUid: SignInUid, kind: 'email' | 'sms', digest: Buffer): Promise<boolean>;
}

export interface ContactStore {
  /** Verified addresses and numbers, those before included; none of a person who is not there. */
  of(realmId: RealmId, userId: UserId): Promise<Record<SentCodeKind, Contacts>>;
}

/**
 * Whose failures are counted together: a person (by id, whatever alias was typed), a name nobody has (by its digest),
 * or a network.
 */
export interface AttemptKey {
  realmId: RealmId;
  factor: 'password' | 'totp' | 'webauthn' | 'email' | 'sms' | 'backup_code' | 'network';
  subject: string;
}

export type AttemptPermit =
  | {
      allowed: true /** counting this one */;
      failures: number /** set when this failure begins a wait */;
      waitSeconds: number;
    }
  | { allowed: false; waitSeconds: number /** no wait will help: the hard stop is reached */; stopped: boolean };

export interface AttemptCounter {
  /**
   * Counts one attempt BEFORE it is checked, in its own committed statement, so that neither a rollback nor parallel
   * requests give extra guesses. Refused while a wait runs; a refused attempt is not counted.
   */
  begin(key: AttemptKey, limit: AttemptLimit): Promise<AttemptPermit>;
  /** Gives one back that was counted and then not evaluated; a wait that began with it never began. */
  returned(key: AttemptKey, limit: AttemptLimit): Promise<void>;
  /** For the transaction of a success: the count starts anew. */
  succeeded(key: AttemptKey): Promise<void>;
  /** Ends waits and hard stops of every factor of a subject; returns the factors that had failures. */
  unlock(realmId: RealmId, subject: string): Promise<string[]>;
  /** Counts a failure of a network; sliding over one hour. */
  networkBegin(realmId: RealmId, network: string, failuresPerHour: number): Promise<AttemptPermit>;
  /** Gives one back to the network after a success. */
  networkRefund(realmId: RealmId, network: string): Promise<void>;
}

/** The repositories of this domain, bound to one transaction or to none. */
export interface FactorStores {
  passwords: PasswordStore;
  totp: TotpStore;
  webauthn: WebAuthnStore;
  backupCodes: BackupCodeStore;
  sentCodes: SentCodeStore;
  contacts: ContactStore;
  recoveryPasses: RecoveryPassStore;
  breakGlass: BreakGlassStore;
  audit: AuditTrail;
}
