import type { RealmId } from '@sparekey/contracts';
import type { HotStatement } from '../hot/connection.ts';
import type { HotPath } from '../hot/path.ts';
import { Turn } from '../hot/turn.ts';
import type { TokenKind } from './model.ts';
import type { Stored } from './payload.ts';

/** A row, with the rows that oidc-provider will ask for next; null means that there is none. */
export interface Found {
  stored: Stored;
  session?: { uid: string; stored: Stored | null };
  grants: { id: string; stored: Stored | null }[];
  /** `row` is null when there is no such person. */
  claims?: { accountId: string; row: unknown };
  /** Of a session. */
  visit?: { uid: string; secondsIdle: number };
}

export interface TokenKey {
  realmId: RealmId;
  kind: TokenKind;
  id: Buffer;
}

interface FoundRow {
  ordinal: number;
  payload: string;
  seconds_left: number;
  consumed_at: number | null;
  session_uid: string | null;
  session_payload: string | null;
  session_seconds_left: number | null;
  grant_id: string | null;
  grant_payload: string | null;
  grant_seconds_left: number | null;
  account_id: string | null;
  claims: unknown;
}

const left = (of: string): string => `extract(epoch from ${of}.expires_at - now())::float8`;
const live = (of: string): string => `${of}.destroyed_at is null and ${of}.expires_at > now()`;

const withSessionAndGrant = (of: string): string => `
  left join oidc_session s on s.realm_id = ${of}.realm_id and s.uid = ${of}.session_uid and ${live('s')}
  left join oidc_grant g on g.realm_id = ${of}.realm_id and g.id = ${of}.grant_id and ${live('g')}`;

const columnsOf = (of: string): string => `
  ${of}.payload::text as payload, ${left(of)} as seconds_left, ${of}.session_uid, ${of}.grant_id, ${of}.account_id,
  s.payload::text as session_payload, ${left('s')} as session_seconds_left,
  g.payload::text as grant_payload, ${left('g')} as grant_seconds_left,
  case when ${of}.account_id is not null then user_claims(${of}.realm_id, ${of}.account_id) end as claims`;

const findTokens: HotStatement = {
  name: 'oidc_token_find',
  text: `select k.ordinal::int, extract(epoch from t.consumed_at)::float8 as consumed_at, ${columnsOf('t')}
    from unnest($1::uuid[], $2::oidc_token_kind[], $3::bytea[]) with ordinality as k(realm_id, kind, id, ordinal)
    join oidc_token t on t.realm_id = k.realm_id and t.kind = k.kind and t.id = k.id and ${live('t')}
    ${withSessionAndGrant('t')}`,
};

/** A sign-in that was finished and not yet fetched, whose person had everything ended since: it is as good as gone. */
const overtaken = `select from user_account u
  where u.realm_id = i.realm_id and u.id = (i.payload #>> '{result,login,accountId}')::uuid
    -- The result passed through a clock of milliseconds.
    and date_trunc('milliseconds', u.sessions_ended_at) > (i.payload #>> '{result,login,provenAt}')::timestamptz`;

const findInteractions: HotStatement = {
  name: 'oidc_interaction_find',
  text: `select k.ordinal::int, null as consumed_at, ${columnsOf('i')}
    from unnest($1::uuid[], $2::bytea[]) with ordinality as k(realm_id, id, ordinal)
    join oidc_interaction i on i.realm_id = k.realm_id and i.id = k.id and ${live('i')}
    ${withSessionAndGrant('i')}
    where not exists (${overtaken})`,
};

const findGrant: HotStatement = {
  name: 'oidc_grant_find',
  text: `select g.payload::text as payload, ${left('g')} as seconds_left
    from oidc_grant g where g.realm_id = $1 and g.id = $2 and ${live('g')}`,
};

const findDeviceCode: HotStatement = {
  name: 'oidc_user_code_find',
  text: `select t.payload::text as payload, ${left('t')} as seconds_left, extract(epoch from t.consumed_at)::float8 as consumed_at
    from oidc_token t where t.realm_id = $1 and t.kind = 'DeviceCode' and t.user_code = $2 and ${live('t')}`,
};

const session = (key: 'id' | 'uid', type: string): string => `
  select k.ordinal::int, s.uid, s.account_id, s.payload::text as payload, ${left('s')} as seconds_left,
    extract(epoch from now() - s.last_seen_at)::float8 as seconds_idle,
    case when s.account_id is not null then user_claims(s.realm_id, s.account_id) end as claims,
    (select json_agg(json_build_object('id', g.id, 'payload', g.payload::text, 'left', ${left('g')}))
     from json_each(s.payload -> 'authorizations') a
     join oidc_grant g on g.realm_id = s.realm_id and g.id = a.value ->> 'grantId' and ${live('g')}) as grants
  from unnest($1::uuid[], $2::${type}[]) with ordinality as k(realm_id, key, ordinal)
  join oidc_session s on s.realm_id = k.realm_id and s.${key} = k.key and ${live('s')}`;

const findSessions: HotStatement = { name: 'oidc_session_find', text: session('id', 'bytea') };
const findSessionsByUid: HotStatement = { name: 'oidc_session_find_by_uid', text: session('uid', 'text') };

interface SessionRow {
  ordinal: number;
  uid: string;
  account_id: string | null;
  payload: string;
  seconds_left: number;
  seconds_idle: number;
  claims: unknown;
  grants: { id: string; payload: string; left: number }[] | null;
}

function stored(payload: string, secondsLeft: number, consumedAt?: number | null): Stored {
  return {
    text: payload,
    secondsLeft: Number(secondsLeft),
    readAt: Date.now() / 1000,
    ...(consumedAt == null ? {} : { consumedAt: Math.floor(consumedAt) }),
  };
}

interface RowKey<Id> {
  realmId: RealmId;
  id: Id;
}

/**
 * The reading statements. Only rows that live come back, by the database's clock. What is asked for together is asked as
 * one: above all, introspection asks for one value as three kinds.
 */
export class Finder {
  readonly #hot: HotPath;
  readonly #tokens: Turn<TokenKey, Found | undefined>;
  readonly #interactions: Turn<RowKey<Buffer>, Found | undefined>;
  readonly #sessions: Turn<RowKey<Buffer>, Found | undefined>;
  readonly #sessionsByUid: Turn<RowKey<string>, Found | undefined>;

  constructor(hot: HotPath) {
    this.#hot = hot;
    this.#tokens = new Turn((keys) =>
      this.#ask(findTokens, found, [realms(keys), keys.map(({ kind }) => kind), ids(keys)]),
    );
    this.#interactions = new Turn((keys) => this.#ask(findInteractions, found, [realms(keys), ids(keys)]));
    this.#sessions = new Turn((keys) => this.#ask(findSessions, foundSession, [realms(keys), ids(keys)]));
    this.#sessionsByUid = new Turn((keys) => this.#ask(findSessionsByUid, foundSession, [realms(keys), ids(keys)]));
  }

  token(key: TokenKey): Promise<Found | undefined> {
    return this.#tokens.ask(key);
  }

  interaction(realmId: RealmId, id: Buffer): Promise<Found | undefined> {
    return this.#interactions.ask({ realmId, id });
  }

  session(realmId: RealmId, by: { id: Buffer } | { uid: string }): Promise<Found | undefined> {
    return 'id' in by ? this.#sessions.ask({ realmId, id: by.id }) : this.#sessionsByUid.ask({ realmId, id: by.uid });
  }

  async grant(realmId: RealmId, id: string): Promise<Found | undefined> {
    const [row] = await this.#hot.read<FoundRow>(findGrant, [realmId, id]);
    return row && { stored: stored(row.payload, row.seconds_left), grants: [] };
  }

  async deviceCode(realmId: RealmId, userCode: Buffer): Promise<Found | undefined> {
    const [row] = await this.#hot.read<FoundRow>(findDeviceCode, [realmId, userCode]);
    return row && { stored: stored(row.payload, row.seconds_left, row.consumed_at), grants: [] };
  }

  /** `values[0]` has an entry for each key; rows name theirs by its place. */
  async #ask<Row extends { ordinal: number }>(
    statement: HotStatement,
    read: (row: Row) => Found,
    values: [unknown[], ...unknown[][]],
  ): Promise<(Found | undefined)[]> {
    const rows = await this.#hot.read<Row>(statement, values);
    const answers: (Found | undefined)[] = values[0].map(() => undefined);
    for (const row of rows) answers[row.ordinal - 1] = read(row);
    return answers;
  }
}

const realms = (keys: { realmId: RealmId }[]): RealmId[] => keys.map(({ realmId }) => realmId);
const ids = <Id>(keys: { id: Id }[]): Id[] => keys.map(({ id }) => id);

function foundSession(row: SessionRow): Found {
  return {
    stored: stored(row.payload, row.seconds_left),
    visit: { uid: row.uid, secondsIdle: row.seconds_idle },
    grants: (row.grants ?? []).map((grant) => ({ id: grant.id, stored: stored(grant.payload, grant.left) })),
    ...(row.account_id === null ? {} : { claims: { accountId: row.account_id, row: row.claims } }),
  };
}

function found(row: FoundRow): Found {
  const maybe = (payload: string | null, secondsLeft: number | null): Stored | null =>
    payload === null || secondsLeft === null ? null : stored(payload, secondsLeft);
  return {
    stored: stored(row.payload, row.seconds_left, row.consumed_at),
    grants:
      row.grant_id === null ? [] : [{ id: row.grant_id, stored: maybe(row.grant_payload, row.grant_seconds_left) }],
    ...(row.session_uid === null
      ? {}
      : { session: { uid: row.session_uid, stored: maybe(row.session_payload, row.session_seconds_left) } }),
    ...(row.account_id === null ? {} : { claims: { accountId: row.account_id, row: row.claims } }),
  };
}
