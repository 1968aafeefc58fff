import type { RealmId, UserId } from '@sparekey/contracts';
import type { BackupCodeScheme } from '../ports.ts';

/** Sealed codes of a realm, made together; at most one set of a realm is live. */
export interface SealedSet {
  id: string;
  realmId: RealmId;
  scheme: BackupCodeScheme;
  salt: Buffer;
  codeLength: number;
  /** By index; null once used. */
  verifiers: (Buffer | null)[];
  createdAt: Date;
  createdBy: string;
}

export type NewSealedSet = Omit<SealedSet, 'verifiers' | 'createdAt'> & { verifiers: Buffer[] };

/** What a sealed code opened: the way in of one administrator, until it is closed. */
export interface BreakGlassOpening {
  id: string;
  realmId: RealmId;
  userId: UserId;
  /** The account was made for this, and is disabled when it is closed. */
  madeAccount: boolean;
  openedBy: string;
  openedAt: Date;
  /** Until then the pass can be used. */
  expiresAt: Date;
  usedAt?: Date;
}

export interface NewBreakGlassOpening {
  realmId: RealmId;
  userId: UserId;
  setId: string;
  codeIndex: number;
  digest: Buffer;
  madeAccount: boolean;
  openedBy: string;
  minutes: number;
}

/** Break glass, bound to the caller's transaction. Every change is one guarded statement; time is the database's. */
export interface BreakGlassStore {
  live(realmId: RealmId): Promise<SealedSet | undefined>;
  /** Errors: `conflict` when a live set is there. */
  add(set: NewSealedSet): Promise<void>;
  /** Ends the live set and removes its verifiers; tells how many codes were unused. */
  end(realmId: RealmId, reason: 'replaced' | 'revoked'): Promise<{ left: number } | undefined>;
  /** Of any number of parallel calls for one code exactly one gets the count of codes left. */
  consume(realmId: RealmId, setId: string, index: number): Promise<{ left: number } | undefined>;
  open(opening: NewBreakGlassOpening): Promise<{ id: string; expiresAt: Date }>;
  /** What is open, in every realm, the oldest first. */
  openings(): Promise<BreakGlassOpening[]>;
  /** Whether this is a pass that the person could use now. */
  matches(realmId: RealmId, userId: UserId, digest: Buffer): Promise<boolean>;
  /** Of any number of parallel calls exactly one gets the id of the opening. */
  consumePass(realmId: RealmId, userId: UserId, digest: Buffer): Promise<string | undefined>;
  /** Exactly one caller closes it; its pass, if unused, is good for nothing then. */
  close(realmId: RealmId, id: string, operator: string): Promise<BreakGlassOpening | undefined>;
}
