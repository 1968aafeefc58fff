import type { RealmId } from '@sparekey/contracts';
import type { TokenKind } from './model.ts';

interface Row {
  realmId: RealmId;
  /** The payload as JSON text. */
  text: string;
  /** Seconds from now, by the database's clock; null for what never expires. */
  ttl: number | null;
}

export interface TokenRow extends Row {
  kind: TokenKind;
  id: Buffer;
  grantId: string | null;
  sessionUid: string | null;
  accountId: string | null;
  userCode: Buffer | null;
}

export interface GrantRow extends Row {
  id: string;
  accountId: string | null;
  clientId: string | null;
}

export interface InteractionRow extends Row {
  id: Buffer;
  sessionUid: string | null;
  grantId: string | null;
  accountId: string | null;
}

export interface SessionRow extends Row {
  id: Buffer;
  uid: string;
  accountId: string | null;
  ip: string | null;
  userAgent: string | null;
  /** The row whose cookie value this one takes the place of. */
  replaces: Buffer | null;
  /** Nothing but the time of the last visit changed. */
  touchOnly: boolean;
}

/** What one request changes, written as one statement. */
export interface Changes {
  tokens: TokenRow[];
  grants: GrantRow[];
  interactions: InteractionRow[];
  sessions: SessionRow[];
  endedInteractions: { realmId: RealmId; id: Buffer }[];
  endedSessions: { realmId: RealmId; id: Buffer; final: boolean }[];
}

export const noChanges = (): Changes => ({
  tokens: [],
  grants: [],
  interactions: [],
  sessions: [],
  endedInteractions: [],
  endedSessions: [],
});
