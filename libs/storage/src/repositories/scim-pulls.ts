import { randomUUID } from 'node:crypto';
import type { PullState, PullStore, ScimConnection, Subject, Waiting } from '@sparekey/provisioning';
import { normaliseLogin } from '@sparekey/realms';
import type { Queryable } from '../database/queryable.ts';
import { type LinkRow, linkColumns, toLink } from './scim-links.ts';

const LONGEST_WHY = 500;
const of = ({ realmId, id }: ScimConnection) => [realmId, id];
const mine = 'realm_id = $1 and connection_id = $2';
const types = { user: 'User', group: 'Group' } as const;
const both = (subjects: readonly Subject[]) => [
  subjects.map(({ kind }) => kind),
  subjects.map(({ localId }) => localId),
];
const textOf = (why: string) => why.replaceAll('\0', '').toWellFormed().slice(0, LONGEST_WHY);

/** People first; `$3` and `$4` are the last one of the page before. */
const afterIt = (table: string) =>
  `($3::text is null or ${table}.kind < $3 or (${table}.kind = $3 and ${table}.local_id > $4::uuid))`;

/** Whoever waits for something already goes on waiting; what was given up or asked about is done with. */
const leavesAgain = `on conflict (realm_id, connection_id, kind, local_id) do update
  set state = 'open', failure = null, why = null, allowed = false, adoption_of = null
  where scim_task.state in ('dead', 'asking')`;

type StateRow = { [K in keyof PullState]: Exclude<PullState[K], undefined> | null };

export function scimPulls(db: Queryable): PullStore {
  return {
    due: () =>
      db.rows({
        name: 'scim_pull_due',
        text: `select c.realm_id as "realmId", c.id as "connectionId"
               from scim_connection c join scim_pace p on p.realm_id = c.realm_id and p.connection_id = c.id
               where c.kind = 'source' and c.state in ('active', 'quarantined') and p.not_before <= now()
                 and (p.pull_lease_until is null or p.pull_lease_until < now())
                 and (p.pulled_full_at is null or p.reconciled_version < c.version
                   or p.pulled_at < now() - make_interval(mins => (c.settings ->> 'everyMinutes')::int)
                   or p.pulled_full_at < now() - make_interval(hours => (c.settings ->> 'fullEveryHours')::int)
                   or exists (
                     select from scim_run r where r.realm_id = c.realm_id and r.connection_id = c.id
                       and r.state in ('asked', 'running') and r.kind in ('pull', 'delta'))
                   or exists (
                     select from scim_task t where t.realm_id = c.realm_id and t.connection_id = c.id
                       and t.state = 'open' and t.allowed))`,
      }),
    async lease(connection, seconds) {
      const lease = randomUUID();
      const taken = await db.count({
        name: 'scim_pull_lease',
        text: `update scim_pace set pull_lease = $3, pull_lease_until = now() + make_interval(secs => $4)
               where ${mine} and (pull_lease_until is null or pull_lease_until < now())`,
        values: [...of(connection), lease, seconds],
      });
      return taken === 1 ? lease : undefined;
    },
    async renew(connection, lease, seconds) {
      const kept = await db.count({
        name: 'scim_pull_renew',
        text: `update scim_pace set pull_lease_until = now() + make_interval(secs => $4)
               where ${mine} and pull_lease = $3 and exists (
                 select from scim_connection c
                 where c.realm_id = $1 and c.id = $2 and c.state in ('active', 'quarantined'))`,
        values: [...of(connection), lease, seconds],
      });
      return kept === 1;
    },
    async release(connection, lease) {
      await db.count({
        name: 'scim_pull_release',
        text: `update scim_pace set pull_lease = null, pull_lease_until = null where ${mine} and pull_lease = $3`,
        values: [...of(connection), lease],
      });
    },
    async state(connection) {
      const row = await db.row<StateRow>({
        name: 'scim_pull_state',
        text: `select watermark, pulled_at as "pulledAt", pulled_full_at as "pulledFullAt",
                 reconciled_version as "reconciledVersion" from scim_pace where ${mine}`,
        values: of(connection),
      });
      return {
        watermark: row?.watermark ?? undefined,
        pulledAt: row?.pulledAt ?? undefined,
        pulledFullAt: row?.pulledFullAt ?? undefined,
        reconciledVersion: row?.reconciledVersion ?? 0,
      };
    },
    async pulled(connection, { full, watermark }) {
      await db.count({
        name: 'scim_pulled',
        text: `update scim_pace
               set pulled_at = now(), pulled_full_at = case when $3 then now() else pulled_full_at end,
                 reconciled_version = case when $3 then greatest(reconciled_version, $5) else reconciled_version end,
                 watermark = case when $3 then $4 else greatest(watermark, $4) end
               where ${mine}`,
        values: [...of(connection), full, watermark, connection.version],
      });
    },
    async localIds(connection, kind, remoteIds) {
      const rows = await db.rows<{ localId: string; remoteId: string }>({
        name: 'scim_pull_local_ids',
        text: `select remote_id as "remoteId", local_id as "localId" from scim_link
               where ${mine} and kind = $3 and remote_id = any ($4::text[])`,
        values: [...of(connection), kind, remoteIds],
      });
      return new Map(rows.map(({ localId, remoteId }) => [remoteId, localId]));
    },
    async versions(connection, kind, localIds) {
      const rows = await db.rows<{ id: string; version: number }>({
        name: 'scim_pull_versions',
        text: `select id, version from scim_resource
               where ${mine} and resource_type = $3 and id = any ($4::uuid[])`,
        values: [...of(connection), types[kind], localIds],
      });
      return new Map(rows.map(({ id, version }) => [id, version]));
    },
    async exists({ realmId }, { kind, localId }) {
      const row = await db.row({
        name: `scim_pull_exists_${kind}`,
        text: `select from ${kind === 'user' ? 'user_account' : '"group"'} where realm_id = $1 and id = $2`,
        values: [realmId, localId],
      });
      return row !== undefined;
    },
    async having({ realmId, id }, kind, attribute, value) {
      const rows = await db.rows<{ id: string }>(
        attribute === 'externalId'
          ? {
              name: 'scim_pull_having_external_id',
              text: `select id from scim_resource
                     where realm_id = $1 and resource_type = $3 and external_id = $4
                       and (connection_id = $2 or connection_id is null)
                     limit 2`,
              values: [realmId, id, types[kind], value],
            }
          : {
              name: `scim_pull_having_${kind}_name`,
              text:
                kind === 'user'
                  ? 'select id from user_account where realm_id = $1 and username_norm = $2'
                  : 'select id from "group" where realm_id = $1 and parent_id is null and name = $2',
              values: [realmId, kind === 'user' ? normaliseLogin(value) : value],
            },
      );
      return rows.map((row) => row.id);
    },
    see: (connection, runId, kind, remoteIds) =>
      db.count({
        name: 'scim_see',
        text: `insert into scim_seen (realm_id, connection_id, run_id, kind, remote_id)
               select $1, $2, $3, $4, unnest($5::text[]) on conflict do nothing`,
        values: [...of(connection), runId, kind, remoteIds],
      }),
    async seen(connection, runId, kind) {
      const row = await db.row<{ seen: number }>({
        name: 'scim_seen_count',
        text: `select count(*) as seen from scim_seen where ${mine} and run_id = $3 and kind = $4`,
        values: [...of(connection), runId, kind],
      });
      return row?.seen ?? 0;
    },
    /** By key, one after the other: joined, a planner without statistics compared everybody with everybody. */
    async leaveUnseen(connection, runId, kind) {
      await db.count({
        name: 'scim_leave_unseen',
        text: `insert into scim_task (realm_id, connection_id, kind, local_id)
               select realm_id, connection_id, kind, local_id from scim_link l
               where ${mine} and kind = $4 and active and remote_id is not null and (
                 select true from scim_seen s
                 where s.realm_id = $1 and s.connection_id = $2 and s.run_id = $3 and s.kind = $4
                   and s.remote_id = l.remote_id) is null
               ${leavesAgain}`,
        values: [...of(connection), runId, kind],
      });
    },
    async forgetAsked(connection, runId) {
      await db.count({
        name: 'scim_forget_asked',
        text: `delete from scim_task t
               where ${mine} and state = 'asking' and not exists (
                 select from scim_seen s where s.realm_id = $1 and s.connection_id = $2 and s.run_id = $3
                   and s.kind = t.kind and s.remote_id = t.adoption_of)`,
        values: [...of(connection), runId],
      });
    },
    async activeLinks(connection, kind) {
      const row = await db.row<{ links: number }>({
        name: 'scim_active_links',
        text: `select count(*) as links from scim_link where ${mine} and kind = $3 and active`,
        values: [...of(connection), kind],
      });
      return row?.links ?? 0;
    },
    async forgetSeen(connection, runId) {
      await db.count({
        name: 'scim_forget_seen',
        text: `delete from scim_seen where ${mine} and run_id = $3`,
        values: [...of(connection), runId],
      });
    },
    async writtenByUs({ realmId, id }, kind, remoteIds) {
      const rows = await db.rows<{ remoteId: string }>({
        name: 'scim_written_by_us',
        text: `select l.remote_id as "remoteId"
               from scim_connection source
               join scim_connection target on target.realm_id = source.realm_id and target.kind = 'target'
                 and rtrim(target.settings ->> 'baseUrl', '/') = rtrim(source.settings ->> 'baseUrl', '/')
               join scim_link l on l.realm_id = target.realm_id and l.connection_id = target.id
               where source.realm_id = $1 and source.id = $2 and l.kind = $3 and l.remote_id = any ($4::text[])`,
        values: [realmId, id, kind, remoteIds],
      });
      return new Set(rows.map(({ remoteId }) => remoteId));
    },
    async waiting(connection, after, limit) {
      const rows = await db.rows<LinkRow>({
        name: 'scim_pull_waiting',
        text: `select ${linkColumns} from scim_link l
               where ${mine} and waits_for <> '{}' and remote_id is not null and ${afterIt('l')} and exists (
                 select from scim_link o where o.realm_id = $1 and o.connection_id = $2
                   and (o.kind = 'user' or l.kind = 'group') and o.remote_id = any (l.waits_for))
               order by kind desc, local_id limit $5`,
        values: [...of(connection), after?.kind ?? null, after?.localId ?? null, limit],
      });
      return rows.map(toLink);
    },
    async leave(connection, subjects) {
      await db.count({
        name: 'scim_leave',
        text: `insert into scim_task (realm_id, connection_id, kind, local_id)
               select distinct $1::uuid, $2::uuid, kind, local_id from unnest($3::text[], $4::uuid[]) s (kind, local_id)
               ${leavesAgain}`,
        values: [...of(connection), ...both(subjects)],
      });
    },
    async leaving(connection, { after, limit, allowedOnly }) {
      const rows = await db.rows<Omit<Waiting, 'adoptionOf'> & { adoptionOf: string | null }>({
        name: 'scim_leaving',
        text: `select kind, local_id as "localId", allowed, adoption_of as "adoptionOf" from scim_task t
               where ${mine} and state = 'open' and (allowed or not $6) and ${afterIt('t')}
               order by kind desc, local_id limit $5`,
        values: [...of(connection), after?.kind ?? null, after?.localId ?? null, limit, allowedOnly],
      });
      return rows.map((row) => ({ ...row, adoptionOf: row.adoptionOf ?? undefined }));
    },
    stage: (connection, why) =>
      db.count({
        name: 'scim_leave_stage',
        text: `update scim_task set state = 'staged', why = $3 where ${mine} and state = 'open' and not allowed`,
        values: [...of(connection), textOf(why)],
      }),
    async settled(connection, subjects) {
      await db.count({
        name: 'scim_leave_settled',
        text: `delete from scim_task t using unnest($3::text[], $4::uuid[]) s (kind, local_id)
               where ${mine} and t.kind = s.kind and t.local_id = s.local_id and t.state in ('open', 'staged', 'dead')`,
        values: [...of(connection), ...both(subjects)],
      });
    },
    async givenUp(connection, { kind, localId }, { failure, why }) {
      await db.count({
        name: 'scim_leave_given_up',
        text: `update scim_task set state = 'dead', attempt = attempt + 1, failure = $5, why = $6,
                 failing_since = coalesce(failing_since, now())
               where ${mine} and kind = $3 and local_id = $4`,
        values: [...of(connection), kind, localId, failure, textOf(why)],
      });
    },
    async mayAdopt(connection, { kind, localId }, { remoteId, why }) {
      const row = await db.row<{ isNew: boolean; isAllowed: boolean }>({
        name: 'scim_may_adopt',
        text: `insert into scim_task (realm_id, connection_id, kind, local_id, state, adoption_of, why)
               values ($1, $2, $3, $4, 'asking', $5, $6)
               on conflict (realm_id, connection_id, kind, local_id) do update
               set adoption_of = excluded.adoption_of, why = excluded.why,
                 state = case when scim_task.state = 'open' and scim_task.adoption_of = excluded.adoption_of
                   then 'open' else 'asking' end
               returning created_at = now() as "isNew", allowed and state = 'open' as "isAllowed"`,
        values: [...of(connection), kind, localId, remoteId, textOf(why)],
      });
      if (row?.isAllowed) return 'allowed';
      return row?.isNew ? 'asked' : 'waits';
    },
    async departures(connection) {
      const row = await db.row<{ known: number; wanted: number }>({
        name: 'scim_departures',
        text: `with undone as (
                 select kind, local_id from scim_event
                 where ${mine} and at > now() - interval '1 hour' and action in ('disabled', 'deleted')
                   and why is distinct from 'allowed'
                 group by kind, local_id
               )
               select (select count(*) from scim_link where ${mine} and active) + (select count(*) from undone) as known,
                 (select count(*) from scim_task where ${mine} and state in ('open', 'staged') and not allowed)
                   + (select count(*) from undone) as wanted`,
        values: of(connection),
      });
      return row ?? { known: 0, wanted: 0 };
    },
  };
}
