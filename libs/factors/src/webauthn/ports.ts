import type { AuthenticatorId, RealmId, UserId } from '@sparekey/contracts';

/** A passkey or security key of a person. */
export interface WebAuthnAuthenticator {
  id: AuthenticatorId;
  userId: UserId;
  /** 1 to 1023 bytes; unique within the realm. */
  credentialId: Buffer;
  /** COSE key; more than 1 kB for some algorithms. */
  publicKey: Buffer;
  /** Signature counter as last seen; stays 0 for authenticators without one, as most passkeys are. */
  counter: number;
  /** How the browser may reach it, as it said itself. */
  transports: string[];
  /** The model, as claimed; proven only where the policy asks for attestation. */
  aaguid: string;
  /** It may be copied to other devices of its person (BE), and has been (BS). */
  backupEligible: boolean;
  backedUp: boolean;
  /** PIN or biometrics were checked at its last use. */
  userVerified: boolean;
  label: string;
  createdAt: Date;
  lastUsedAt?: Date;
  /** When its counter last went back: there may be a copy of it. */
  counterRegressedAt?: Date;
}

/** What a ceremony is for; an answer to one is worth nothing in another. */
export type CeremonyPurpose = 'register' | 'first' | 'second';

/** Where a challenge counts: in one sign-in or one session, for one purpose and, unless nobody is known yet, one person. */
export interface Ceremony {
  realmId: RealmId;
  /** `sign_in:{uid}` or `session:{uid}`. */
  place: string;
  purpose: CeremonyPurpose;
  userId: UserId | undefined;
}

export interface WebAuthnStore {
  /** In order of their creation. */
  list(realmId: RealmId, userId: UserId): Promise<WebAuthnAuthenticator[]>;
  byCredentialId(realmId: RealmId, credentialId: Buffer): Promise<WebAuthnAuthenticator | undefined>;
  /** Undefined when the credential id is bound in this realm already, to whomever. */
  add(
    realmId: RealmId,
    authenticator: Omit<WebAuthnAuthenticator, 'id' | 'createdAt' | 'lastUsedAt' | 'counterRegressedAt'>,
  ): Promise<AuthenticatorId | undefined>;
  rename(realmId: RealmId, userId: UserId, id: AuthenticatorId, label: string): Promise<boolean>;
  remove(realmId: RealmId, userId: UserId, id: AuthenticatorId): Promise<boolean>;
  /**
   * Records a use. `grown` is guarded: false when the counter did not grow (both 0 is no counter at all); then the
   * authenticator is flagged, and neither its counter nor its last use changes. Undefined when it is gone.
   */
  used(
    realmId: RealmId,
    userId: UserId,
    id: AuthenticatorId,
    use: { counter: number; backedUp: boolean; userVerified: boolean },
  ): Promise<{ grown: boolean; stored: number } | undefined>;

  /**
   * The open challenge of a ceremony; `fresh` becomes it when there is none, or the one there is used, expired or of
   * another person. So a reload keeps a challenge that another tab still shows, and a ceremony has one row.
   */
  challenge(ceremony: Ceremony, fresh: Buffer, lifeSeconds: number): Promise<Buffer>;
  /** The same without making one. */
  openChallenge(ceremony: Ceremony): Promise<Buffer | undefined>;
  /** Guarded: true only for the one caller that spends it, and only before it expires. */
  consumeChallenge(ceremony: Ceremony, challenge: Buffer): Promise<boolean>;
}
