import type { HotStatement } from '../hot/connection.ts';
import type { Changes, GrantRow, InteractionRow, SessionRow, TokenRow } from './rows.ts';

/** A part of the one statement: its CTEs over `$from`, `$from + 1`, …, and the arrays that go there. */
interface Part {
  name: string;
  sql: (from: number) => string;
  values: unknown[][];
}

const unnest = (from: number, types: string[]): string =>
  `unnest(${types.map((type, index) => `$${from + index}::${type}[]`).join(', ')})`;
/** A missing time to live means for ever. */
const expiry = "coalesce(now() + make_interval(secs => n.ttl), 'infinity')";
/** A row that ended or expired is never written to again. */
const stillLive = (table: string): string => `${table}.destroyed_at is null and ${table}.expires_at > now()`;

function tokenPart(rows: TokenRow[]): Part {
  return {
    name: 'token',
    sql: (from) => `tokens as (
      insert into oidc_token (realm_id, kind, id, grant_id, session_uid, account_id, user_code, payload, expires_at)
      select n.realm_id, n.kind, n.id, n.grant_id, n.session_uid, n.account_id, n.user_code, n.payload::json, ${expiry}
      from ${unnest(from, ['uuid', 'oidc_token_kind', 'bytea', 'text', 'text', 'uuid', 'bytea', 'text', 'float8'])}
        as n(realm_id, kind, id, grant_id, session_uid, account_id, user_code, payload, ttl)
      on conflict (realm_id, kind, id) do update set
        grant_id = excluded.grant_id, session_uid = excluded.session_uid, account_id = excluded.account_id,
        user_code = excluded.user_code, payload = excluded.payload, expires_at = excluded.expires_at
      where ${stillLive('oidc_token')})`,
    values: [
      rows.map((row) => row.realmId),
      rows.map((row) => row.kind),
      rows.map((row) => row.id),
      rows.map((row) => row.grantId),
      rows.map((row) => row.sessionUid),
      rows.map((row) => row.accountId),
      rows.map((row) => row.userCode),
      rows.map((row) => row.text),
      rows.map((row) => row.ttl),
    ],
  };
}

function grantPart(rows: GrantRow[]): Part {
  return {
    name: 'grant',
    sql: (from) => `grants as (
      insert into oidc_grant (realm_id, id, account_id, client_id, payload, expires_at)
      select n.realm_id, n.id, n.account_id, n.client_id, n.payload::json, ${expiry}
      from ${unnest(from, ['uuid', 'text', 'uuid', 'text', 'text', 'float8'])}
        as n(realm_id, id, account_id, client_id, payload, ttl)
      on conflict (realm_id, id) do update set payload = excluded.payload, expires_at = excluded.expires_at
      where ${stillLive('oidc_grant')})`,
    values: [
      rows.map((row) => row.realmId),
      rows.map((row) => row.id),
      rows.map((row) => row.accountId),
      rows.map((row) => row.clientId),
      rows.map((row) => row.text),
      rows.map((row) => row.ttl),
    ],
  };
}

function interactionPart(rows: InteractionRow[]): Part {
  return {
    name: 'prompt',
    sql: (from) => `interactions as (
      insert into oidc_interaction (realm_id, id, session_uid, grant_id, account_id, payload, expires_at)
      select n.realm_id, n.id, n.session_uid, n.grant_id, n.account_id, n.payload::json, ${expiry}
      from ${unnest(from, ['uuid', 'bytea', 'text', 'text', 'uuid', 'text', 'float8'])}
        as n(realm_id, id, session_uid, grant_id, account_id, payload, ttl)
      on conflict (realm_id, id) do update set
        session_uid = excluded.session_uid, grant_id = excluded.grant_id, account_id = excluded.account_id,
        payload = excluded.payload, expires_at = excluded.expires_at
      where ${stillLive('oidc_interaction')})`,
    values: [
      rows.map((row) => row.realmId),
      rows.map((row) => row.id),
      rows.map((row) => row.sessionUid),
      rows.map((row) => row.grantId),
      rows.map((row) => row.accountId),
      rows.map((row) => row.text),
      rows.map((row) => row.ttl),
    ],
  };
}

/**
 * A session under a new cookie value takes the place of a row that is live at this moment, in the same statement: when
 * the session was ended meanwhile (signed out elsewhere), nothing follows it. A uid that was never seen may begin: a
 * cookie whose session is long gone leads oidc-provider to "replace" an id that never was.
 */
function sessionPart(rows: SessionRow[]): Part {
  return {
    name: 'session',
    sql: (from) => `session_in as (
      select * from ${unnest(from, ['uuid', 'bytea', 'text', 'uuid', 'text', 'text', 'text', 'bytea', 'float8'])}
        as n(realm_id, id, uid, account_id, payload, ip, user_agent, replaces, ttl)
    ), replaced as (
      update oidc_session o set destroyed_at = now(), payload = null
      from session_in n
      where o.realm_id = n.realm_id and o.id = n.replaces and ${stillLive('o')}
      returning o.realm_id, o.uid, o.created_at
    ), sessions as (
      insert into oidc_session as kept (realm_id, id, uid, account_id, payload, ip, user_agent, created_at, expires_at)
      select n.realm_id, n.id, n.uid, n.account_id, n.payload::json, n.ip, n.user_agent,
        coalesce(r.created_at, now()), ${expiry}
      from session_in n left join replaced r on r.realm_id = n.realm_id and r.uid = n.uid
      where r.uid is not null or not exists (
        select from oidc_session e
        where e.realm_id = n.realm_id and e.uid = n.uid and (e.ended or n.replaces is not null and e.id <> n.id)
      )
      on conflict (realm_id, id) do update set
        account_id = excluded.account_id, payload = excluded.payload, ip = coalesce(excluded.ip, kept.ip),
        user_agent = coalesce(excluded.user_agent, kept.user_agent), last_seen_at = now(), expires_at = excluded.expires_at
      where ${stillLive('kept')})`,
    values: [
      rows.map((row) => row.realmId),
      rows.map((row) => row.id),
      rows.map((row) => row.uid),
      rows.map((row) => row.accountId),
      rows.map((row) => row.text),
      rows.map((row) => row.ip),
      rows.map((row) => row.userAgent),
      rows.map((row) => row.replaces),
      rows.map((row) => row.ttl),
    ],
  };
}

function endedInteractionPart(rows: Changes['endedInteractions']): Part {
  return {
    name: 'prompt_end',
    sql: (from) => `ended_interactions as (
      update oidc_interaction t set destroyed_at = now(), payload = null
      from ${unnest(from, ['uuid', 'bytea'])} as n(realm_id, id)
      where t.realm_id = n.realm_id and t.id = n.id and t.destroyed_at is null)`,
    values: [rows.map((row) => row.realmId), rows.map((row) => row.id)],
  };
}

function endedSessionPart(rows: Changes['endedSessions']): Part {
  return {
    name: 'sign_out',
    sql: (from) => `ended_sessions as (
      update oidc_session t set destroyed_at = now(), payload = null, ended = n.final
      from ${unnest(from, ['uuid', 'bytea', 'bool'])} as n(realm_id, id, final)
      where t.realm_id = n.realm_id and t.id = n.id and t.destroyed_at is null)`,
    values: [rows.map((row) => row.realmId), rows.map((row) => row.id), rows.map((row) => row.final)],
  };
}

function partsOf(changes: Changes): Part[] {
  return [
    ...(changes.sessions.length > 0 ? [sessionPart(changes.sessions)] : []),
    ...(changes.endedSessions.length > 0 ? [endedSessionPart(changes.endedSessions)] : []),
    ...(changes.grants.length > 0 ? [grantPart(changes.grants)] : []),
    ...(changes.interactions.length > 0 ? [interactionPart(changes.interactions)] : []),
    ...(changes.endedInteractions.length > 0 ? [endedInteractionPart(changes.endedInteractions)] : []),
    ...(changes.tokens.length > 0 ? [tokenPart(changes.tokens)] : []),
  ];
}

/**
 * The one statement that writes these changes; undefined when there are none. Its name tells the combination of parts, so
 * that each is prepared once; all parts together stay below the 63 characters that Postgres keeps of a name.
 */
export function writeStatement(changes: Changes): { statement: HotStatement; values: unknown[] } | undefined {
  const parts = partsOf(changes);
  if (parts.length === 0) return undefined;
  let from = 1;
  const ctes = parts.map((part) => {
    const sql = part.sql(from);
    from += part.values.length;
    return sql;
  });
  const name = `oidc_write_${parts.map((part) => part.name).join('_')}`;
  return { statement: { name, text: `with ${ctes.join(', ')} select` }, values: parts.flatMap((part) => part.values) };
}
