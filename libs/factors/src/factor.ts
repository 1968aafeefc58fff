import type { AuthenticatorId, BackupCodeSetId, RealmId, SignInUid, UserId } from '@sparekey/contracts';
import type { Policy } from '@sparekey/policy';
import type { FactorStores } from './ports.ts';

/** The kinds of proof a person can give; the registry holds one Factor for each. */
export type FactorKind = 'password' | 'webauthn' | 'totp' | 'sms' | 'email' | 'backup_code';

/** One enrolled instance of a factor (NIST's word). */
export interface Authenticator {
  id: AuthenticatorId;
  kind: FactorKind;
  label: string;
  createdAt: Date;
  lastUsedAt?: Date;
}

/** Where a proof was asked for: what answers a challenge counts there, once, and nowhere else. */
export interface Asked {
  /** `sign_in:{uid}` or `session:{uid}`. */
  place: string;
  purpose: 'first' | 'second';
}

/** Whom a proof is about. `userId` is undefined when nobody of the typed name exists: the work done is the same. */
export interface Subject {
  realmId: RealmId;
  userId: UserId | undefined;
  policy: Policy;
  /** The sign-in that asks; a sent code is good in its own one only. */
  signInUid?: SignInUid;
  /** For factors that set a challenge; without it no answer to one is accepted. */
  asked?: Asked;
}

/** Why a proof was not accepted; for audit only, people are told one thing for all of them. */
export type Refusal =
  | 'wrong'
  | 'malformed'
  | 'used'
  | 'expired'
  | 'none_enrolled'
  /** The counter of a security key went back (WebAuthn L3 §6.1.1). */
  | 'counter_regressed';

/** A signature counter that did not grow. */
export interface CounterRegression {
  stored: number;
  received: number;
}

/** What was accepted, with what the page and the audit event tell about it. */
export interface Acceptance {
  authenticatorId: AuthenticatorId | undefined;
  /** Backup codes left in the set after this one. */
  left?: number;
  /** Time steps the person's clock is off (TOTP). */
  driftSteps?: number;
  /** Zero-based place of the code in its set. */
  index?: number;
  backupCodeSetId?: BackupCodeSetId;
  /** The key's counter went back, and the policy lets that pass. */
  regression?: CounterRegression;
  /** A password hash that was renewed with current parameters: names of the schemes, for the audit. */
  upgraded?: { from: string; to: string };
}

/** Outcome of a proof: a value, never an exception. */
export type Verdict =
  | ({ accepted: true } & Acceptance)
  | { accepted: false; reason: Refusal; regression?: CounterRegression; authenticatorId?: AuthenticatorId };

/**
 * A check that found a match, still unspent. `spend` makes it count, once, by a guarded statement in the caller's
 * transaction: of any number of parallel calls exactly one is accepted, the others are refused as `used`.
 */
export type Check =
  | { matched: true; spend(stores: FactorStores): Promise<Verdict> }
  | { matched: false; reason: Refusal };

/**
 * Stands for a person that does not exist: the stores are asked for it as for anyone, find nothing, and the work done is
 * the same. The nil UUID is nobody's (RFC 9562 §5.9).
 */
export const NOBODY = '00000000-0000-0000-0000-000000000000' as UserId;

/** A kind of proof. Adding one costs a folder here, a repository, a migration and a line in the registry. */
export interface Factor {
  readonly kind: FactorKind;
  /** `first` opens a sign-in, `second` completes it, `recovery` stands in for a lost second. */
  readonly role: 'first' | 'second' | 'recovery';
  /** Name of the form input that carries the proof. */
  readonly input: string;
  /** Values for the `amr` claim (RFC 8176, and our private one for backup codes). */
  readonly amr: readonly string[];
  authenticators(stores: FactorStores, realmId: RealmId, userId: UserId): Promise<Authenticator[]>;
  /** False for input that cannot be right by its form: it costs no hash and no attempt. */
  wellFormed(input: string, policy: Policy): boolean;
  /** Reads and computes, writes nothing. Same work for known and unknown people, for match and miss. */
  check(stores: FactorStores, subject: Subject, input: string): Promise<Check>;
}
