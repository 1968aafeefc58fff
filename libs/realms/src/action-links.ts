import type { RealmId, UserId } from '@sparekey/contracts';

/** What a mailed link does when it is followed and confirmed. */
export type ActionLinkPurpose = 'forgot_password' | 'verify_email' | 'this_wasnt_me';

export interface ActionLink {
  purpose: ActionLinkPurpose;
  userId: UserId;
  /** What the link is about, as its maker gave it; nothing secret. */
  data: Record<string, unknown>;
  createdAt: Date;
  expiresAt: Date;
}

export interface NewActionLink {
  realmId: RealmId;
  userId: UserId;
  purpose: ActionLinkPurpose;
  ttlSeconds: number;
  data?: Record<string, unknown>;
}

/**
 * Links that work once. The token has 256 random bits and exists only in the message that carries it: the store keeps its
 * digest. A page that is opened by GET must only `peek`, since mail scanners follow links; `consume` belongs to a POST,
 * in the transaction of what the link does.
 */
export interface ActionLinks {
  /** The token, 43 characters of base64url; it can never be read again. */
  create(link: NewActionLink): Promise<string>;
  /** The link while it is unused, in time, of this realm and purpose. Writes nothing. */
  peek(realmId: RealmId, token: string, purpose: ActionLinkPurpose): Promise<ActionLink | undefined>;
  /** Spends it. Of parallel calls one gets the link, the others undefined, as for any link that is not to be had. */
  consume(realmId: RealmId, token: string, purpose: ActionLinkPurpose): Promise<ActionLink | undefined>;
  /** Ends the unused links of a person for a purpose, such as when the address they were sent to changes. */
  revoke(realmId: RealmId, userId: UserId, purpose: ActionLinkPurpose): Promise<number>;
}
