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

const rowNames: { [Part in keyof Changes]: (row: Changes[Part][number]) => string[] } = {
  tokens: ({ kind, id }) => [`${kind}:${id.toString('hex')}`],
  grants: ({ id }) => [`Grant:${id}`],
  interactions: ({ id }) => [`Interaction:${id.toString('hex')}`],
  // By uid: whatever their ids, two rows of one session have to do with each other.
  sessions: ({ id, uid }) => [`Session:${id.toString('hex')}`, `Session:${uid}`],
  endedInteractions: ({ id }) => [`Interaction:${id.toString('hex')}`],
  endedSessions: ({ id }) => [`Session:${id.toString('hex')}`],
};

/** Names of the rows that changes touch: two sets of changes that share none can be written by one statement. */
export function rowsTouched(changes: Changes): string[] {
  const named = <Part extends keyof Changes>(part: Part): string[] => changes[part].flatMap(rowNames[part]);
  return (Object.keys(rowNames) as (keyof Changes)[]).flatMap(named);
}

/** All of several changes, each part in the order of its rows' names: statements lock what they share in one order. */
export function merged(all: Changes[]): Changes {
  const inOrder = <Part extends keyof Changes>(part: Part): Changes[Part] => {
    const rows = all.flatMap((changes): Changes[Part][number][] => changes[part]);
    const keyed = rows.map((row) => ({ row, name: String(rowNames[part](row)[0]) }));
    return keyed.sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ row }) => row) as Changes[Part];
  };
  return {
    tokens: inOrder('tokens'),
    grants: inOrder('grants'),
    interactions: inOrder('interactions'),
    sessions: inOrder('sessions'),
    endedInteractions: inOrder('endedInteractions'),
    endedSessions: inOrder('endedSessions'),
  };
}
