import { isDeepStrictEqual } from 'node:util';
import type { Origin } from '@sparekey/audit';
import type { RealmId, UserId } from '@sparekey/contracts';
import type { Consumption } from './consume.ts';
import type { Found } from './find.ts';
import type { TokenKind } from './model.ts';
import type { Stored } from './payload.ts';
import { type Changes, type GrantRow, type InteractionRow, noChanges, type SessionRow, type TokenRow } from './rows.ts';
import type { Writer } from './writer.ts';

/** A session that nobody changed is written at most once in this time, to keep its last visit. */
const TOUCH_SECONDS = 60;

/** Names a row within a request. Sessions and device codes are also known by `uid` and `user_code`. */
export const rowKey = (realmId: RealmId, kind: string, id: Buffer | string): string =>
  `${realmId}:${kind}:${typeof id === 'string' ? id : id.toString('hex')}`;

/**
 * What one request read and what it is about to write. Later reads see both; null is a row known to be absent. Held-back
 * changes leave with `flush`. A consumption or revocation is not a change in this sense: it happens at once.
 */
export class UnitOfWork {
  readonly origin: Origin | undefined;
  readonly #writer: Writer;
  readonly #known = new Map<string, Stored | null>();
  readonly #claims = new Map<string, unknown>();
  /** Sessions as they were read: to tell a change from a mere visit. */
  readonly #visits = new Map<string, { text: string; uid: string; secondsIdle: number }>();
  /** Session ids that gave way to a new one in this request. */
  readonly #replaced = new Set<string>();
  /** Families of which a spent member was presented in this request, with the report that ends them. */
  readonly #spent = new Map<
    string,
    { key: { realmId: RealmId; kind: TokenKind; id: Buffer }; ended?: Promise<void> }
  >();
  #tokens = new Map<string, TokenRow>();
  #grants = new Map<string, GrantRow>();
  #interactions = new Map<string, InteractionRow>();
  #sessions = new Map<string, SessionRow>();
  #endedInteractions = new Map<string, Changes['endedInteractions'][number]>();
  #endedSessions = new Map<string, Changes['endedSessions'][number]>();

  constructor(writer: Writer, origin?: Origin) {
    this.#writer = writer;
    this.origin = origin;
  }

  /** What this request knows of a row: undefined means that the database must be asked. */
  known(key: string): Stored | null | undefined {
    return this.#known.get(key);
  }

  forget(key: string): void {
    this.#known.delete(key);
  }

  /** Remembers what came back; anything the request holds back already is newer and stays. */
  learn(realmId: RealmId, key: string, found: Found | undefined): Stored | null {
    this.#learn(key, found?.stored ?? null);
    if (found?.session) this.#learn(rowKey(realmId, 'SessionUid', found.session.uid), found.session.stored);
    for (const grant of found?.grants ?? []) this.#learn(rowKey(realmId, 'Grant', grant.id), grant.stored);
    if (found?.claims) this.#claims.set(rowKey(realmId, 'claims', found.claims.accountId), found.claims.row ?? null);
    if (found?.visit) {
      this.#visits.set(key, { text: found.stored.text, ...found.visit });
      this.#learn(rowKey(realmId, 'SessionUid', found.visit.uid), found.stored);
    }
    return this.#known.get(key) ?? null;
  }

  claims(realmId: RealmId, userId: UserId): unknown {
    return this.#claims.get(rowKey(realmId, 'claims', userId));
  }

  /** A spent code or token was presented: if its family is revoked in this request, that is a reuse. */
  sawSpent(grantId: string, key: { realmId: RealmId; kind: TokenKind; id: Buffer }): void {
    if (!this.#spent.has(grantId)) this.#spent.set(grantId, { key });
  }

  /** Ends a family and reports the reuse, once a request; undefined when nothing of it was presented spent. */
  endSpent(grantId: string, consumption: Consumption): Promise<void> | undefined {
    const spent = this.#spent.get(grantId);
    if (!spent) return undefined;
    spent.ended ??= consumption.reused(spent.key, this.origin);
    return spent.ended;
  }

  saveToken(row: TokenRow): void {
    const key = rowKey(row.realmId, row.kind, row.id);
    this.#tokens.set(key, row);
    this.#hold(key, row);
  }

  saveGrant(row: GrantRow): void {
    const key = rowKey(row.realmId, 'Grant', row.id);
    this.#grants.set(key, row);
    this.#hold(key, row);
  }

  saveInteraction(row: InteractionRow): void {
    const key = rowKey(row.realmId, 'Interaction', row.id);
    if (this.#endedInteractions.has(key)) return;
    this.#interactions.set(key, row);
    this.#hold(key, row);
  }

  /**
   * oidc-provider changes a session's cookie value by destroying the old id and saving the new one (Session#save), each
   * time it saves: that is one replacement.
   */
  saveSession(row: Omit<SessionRow, 'replaces' | 'touchOnly' | 'ip' | 'userAgent'>): void {
    const key = rowKey(row.realmId, 'Session', row.id);
    if (this.#endedSessions.has(key)) return;
    const before = this.#sessions.get(key);
    let replaces = before?.replaces ?? null;
    for (const [oldKey, old] of this.#endedSessions) {
      if (this.#visits.get(oldKey)?.uid !== row.uid) continue;
      replaces = old.id;
      this.#replaced.add(oldKey);
      this.#endedSessions.delete(oldKey);
    }
    const visit = this.#visits.get(key);
    const unchanged = visit !== undefined && replaces === null && sameJson(visit.text, row.text);
    this.#hold(key, row);
    this.#hold(rowKey(row.realmId, 'SessionUid', row.uid), row);
    if (unchanged && visit.secondsIdle < TOUCH_SECONDS) {
      this.#sessions.delete(key);
      return;
    }
    this.#sessions.set(key, {
      ...row,
      ip: this.origin?.ip ?? null,
      userAgent: this.origin?.userAgent ?? null,
      replaces,
      touchOnly: unchanged,
    });
  }

  endInteraction(realmId: RealmId, id: Buffer): void {
    const key = rowKey(realmId, 'Interaction', id);
    this.#interactions.delete(key);
    this.#endedInteractions.set(key, { realmId, id });
    this.#known.set(key, null);
  }

  /** `final`: no row of its uid may follow. Within a request that is known when the request ends, unless it is replaced. */
  endSession(realmId: RealmId, id: Buffer, final: boolean): void {
    const key = rowKey(realmId, 'Session', id);
    if (this.#replaced.has(key)) return;
    this.#sessions.delete(key);
    this.#endedSessions.set(key, { realmId, id, final });
    this.#known.set(key, null);
    const uid = this.#visits.get(key)?.uid;
    if (uid !== undefined) this.#known.set(rowKey(realmId, 'SessionUid', uid), null);
  }

  /** The revocation of a family takes along what is not written yet. */
  dropFamily(grantId: string, kind: TokenKind): void {
    for (const [key, token] of this.#tokens) {
      if (token.grantId !== grantId || token.kind !== kind) continue;
      this.#tokens.delete(key);
      this.#known.set(key, null);
    }
  }

  dropToken(key: string): void {
    this.#tokens.delete(key);
    this.#known.set(key, null);
  }

  dropGrant(realmId: RealmId, id: string): void {
    const key = rowKey(realmId, 'Grant', id);
    this.#grants.delete(key);
    this.#known.set(key, null);
  }

  async flush(): Promise<void> {
    const changes: Changes = {
      ...noChanges(),
      tokens: [...this.#tokens.values()],
      grants: [...this.#grants.values()],
      interactions: [...this.#interactions.values()],
      sessions: [...this.#sessions.values()],
      endedInteractions: [...this.#endedInteractions.values()],
      endedSessions: [...this.#endedSessions.values()],
    };
    this.#tokens = new Map();
    this.#grants = new Map();
    this.#interactions = new Map();
    this.#sessions = new Map();
    this.#endedInteractions = new Map();
    this.#endedSessions = new Map();
    await this.#writer.write(changes);
  }

  #learn(key: string, stored: Stored | null): void {
    if (!this.#known.has(key)) this.#known.set(key, stored);
  }

  #hold(key: string, { text, ttl }: { text: string; ttl: number | null }): void {
    const consumedAt = this.#known.get(key)?.consumedAt;
    this.#known.set(key, {
      text,
      secondsLeft: ttl ?? Number.POSITIVE_INFINITY,
      readAt: Date.now() / 1000,
      ...(consumedAt === undefined ? {} : { consumedAt }),
    });
  }
}

/** Whatever the order of their keys. */
function sameJson(a: string, b: string): boolean {
  return a === b || (a.length === b.length && isDeepStrictEqual(JSON.parse(a), JSON.parse(b)));
}
