import type { AuthenticatorId, DeviceId, RealmId, RecoveryCaseId, UserId } from '@sparekey/contracts';
import type { RecoveryDecision, RiskLevel, RiskReason } from '@sparekey/policy';

/**
 * `open`: may go on, with another channel where that is demanded. `waiting`: for its time, or an administrator.
 * `approved`: the wait is over. `vetoed` and `done` are ends.
 */
export type RecoveryCaseState = 'open' | 'waiting' | 'approved' | 'vetoed' | 'done';

/** One recovery of one person: what was used, how it was judged, and what became of it. */
export interface RecoveryCase {
  id: RecoveryCaseId;
  realmId: RealmId;
  userId: UserId;
  /** The sign-in that it stands for now; one that was left and taken up again stands for the later one. */
  signInUid: string;
  by: 'backup_code' | 'pass' | 'break_glass';
  level: RiskLevel;
  score: number;
  reasons: RiskReason[];
  demands: RecoveryDecision['demands'];
  waitsFor?: 'cool_down' | 'approval';
  state: RecoveryCaseState;
  /** When a cool-down ends; absent where only an administrator can end the wait. */
  until?: Date;
  /** Names of the operators who approved. */
  approvals: string[];
  approvalsNeeded: number;
  /** Authenticators the person said are lost; they end once a new one is set up. */
  lost: AuthenticatorId[];
  createdAt: Date;
  /** After this it can no longer be taken up. */
  expiresAt: Date;
}

export interface NewRecoveryCase {
  realmId: RealmId;
  userId: UserId;
  signInUid: string;
  by: RecoveryCase['by'];
  level: RiskLevel;
  score: number;
  reasons: RiskReason[];
  decision: RecoveryDecision;
  approvalsNeeded: number;
  /** SHA-256 of the secret that only this browser holds: with the password it takes the case up again. */
  bearerHash: Buffer;
}

/** The case belongs to the transaction of the caller. Every change is one guarded statement. */
export interface RecoveryCaseStore {
  /** Opens one; an earlier one of the same sign-in is done with. Time is the database's. */
  open(recovery: NewRecoveryCase): Promise<RecoveryCase>;
  /** The case that stands for this sign-in, whatever its state; undefined when another sign-in took it up. */
  ofSignIn(realmId: RealmId, userId: UserId, signInUid: string): Promise<RecoveryCase | undefined>;
  byId(realmId: RealmId, id: string): Promise<RecoveryCase | undefined>;
  /** Newest first, those that wait alone unless `all`. */
  list(realmId: RealmId, query: { all: boolean; limit: number }): Promise<RecoveryCase[]>;
  /** Takes a waiting or approved case up for another sign-in: of parallel calls the last one holds it. */
  resume(realmId: RealmId, userId: UserId, bearerHash: Buffer, signInUid: string): Promise<RecoveryCase | undefined>;
  /** True when the wait of this sign-in's case is over: approved, or its cool-down has passed unvetoed. */
  waited(realmId: RealmId, userId: UserId, signInUid: string): Promise<boolean>;
  /** Counts an operator once; the case is approved when enough did. Undefined when it does not wait, or they did before. */
  approve(realmId: RealmId, id: string, operator: string): Promise<RecoveryCase | undefined>;
  /** Ends a case that is not ended, by its person or an operator. */
  veto(realmId: RealmId, id: string): Promise<RecoveryCase | undefined>;
  /** Ends every case of a person that is not ended; returns their ids. */
  vetoAll(realmId: RealmId, userId: UserId): Promise<RecoveryCaseId[]>;
  /** Remembers what was lost, while the case may go on; false otherwise. */
  chooseLost(realmId: RealmId, userId: UserId, signInUid: string, lost: AuthenticatorId[]): Promise<boolean>;
  /** Ends the case of a sign-in that went through: of parallel calls exactly one gets true. */
  finish(realmId: RealmId, userId: UserId, signInUid: string): Promise<boolean>;
}

/** A browser that a person signed in with. */
export interface Device {
  id: DeviceId;
  userAgent?: string;
  ip?: string;
  createdAt: Date;
  lastSeenAt: Date;
  /** When the person asked to be spared the second factor here. */
  trustedAt?: Date;
}

/** What a browser presents: the id of its record and the hash of the secret that it holds. */
export interface DeviceClaim {
  id: string;
  secretHash: Buffer;
}

export interface DeviceStore {
  /** The record of this person that the claim proves; never one of another person (GHSA authy-devise#58). */
  find(realmId: RealmId, userId: UserId, claim: DeviceClaim): Promise<Device | undefined>;
  add(
    realmId: RealmId,
    userId: UserId,
    device: { secretHash: Buffer; userAgent?: string; ip?: string; trusted: boolean },
  ): Promise<DeviceId>;
  touch(realmId: RealmId, userId: UserId, id: DeviceId): Promise<void>;
  /** Trusted ones only, the last used first. */
  trusted(realmId: RealmId, userId: UserId): Promise<Device[]>;
  /** Removes the record; the browser is unknown again. */
  remove(realmId: RealmId, userId: UserId, id: string): Promise<boolean>;
  /** No browser of this person is trusted any more; returns how many were. They stay known. */
  distrustAll(realmId: RealmId, userId: UserId): Promise<number>;
}

/** What the past of an account says about a recovery. */
export interface AccountHistory {
  /** The last completed sign-in, if any. */
  last?: { at: Date; ip?: string };
  /** Addresses of completed sign-ins of the last 90 days, each once, at most 100. */
  addresses: string[];
  /** Refused proofs of the last six hours. */
  failures: number;
  /** Recovery proofs accepted in the last 24 hours, before this one. */
  recoveries: number;
  /** When the password or the address changed, or a factor was removed, last. */
  changedAt?: Date;
  createdAt: Date;
}

export interface AccountHistoryReader {
  /** As this transaction sees it; `signInUid` is left out of the count of recoveries. */
  history(realmId: RealmId, userId: UserId, signInUid: string): Promise<AccountHistory>;
}
