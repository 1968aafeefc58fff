import { randomUUID } from 'node:crypto';
import type { ClaimedTask, ListedTask, ScimConnection, TaskQueue, TaskState } from '@sparekey/provisioning';
import { present } from '../database/json.ts';
import type { Queryable } from '../database/queryable.ts';
import { eventInsert } from './scim-pace.ts';

const LONGEST_WHY = 500;

/** One at a time folds or schedules: two that upsert the same tasks in another order would wait for each other. */
const TURN = `hashtextextended('scim_task', 0)`;

/** Looked at again now, whatever it waited for: what failed before may be mended by the change. */
const again = `on conflict (realm_id, connection_id, kind, local_id) do update
  set generation = scim_task.generation + 1, state = 'open', attempt = 0, failing_since = null, run_after = now()`;

const text = (why: string) => why.replaceAll('\0', '').toWellFormed().slice(0, LONGEST_WHY);

export function scimTasks(db: Queryable): TaskQueue {
  const held = ({ realmId, id }: ScimConnection, { kind, localId, lease }: ClaimedTask) => [
    realmId,
    id,
    kind,
    localId,
    lease,
  ];
  const mine = 'realm_id = $1 and connection_id = $2 and kind = $3 and local_id = $4 and lease = $5';
  return {
    async fold(limit) {
      const row = await db.row<{ marks: number }>({
        name: 'scim_fold',
        text: `with turn as materialized (select pg_try_advisory_xact_lock(${TURN}) as mine), taken as (
                 delete from scim_dirty where id in (
                   select id from scim_dirty where (select mine from turn) order by id limit $1
                 ) returning realm_id, connection_id, kind, local_id
               ), marked as (
                 select distinct c.realm_id, c.id as connection_id, t.kind, t.local_id
                 from taken t
                 join scim_connection c on c.realm_id = t.realm_id and c.kind = 'target' and c.state <> 'disabled'
                   and c.id = coalesce(t.connection_id, c.id)
                 where (t.kind = 'group' and c.settings -> 'groups' <> '[]')
                   or (t.kind = 'user' and (c.organization_id is null or exists (
                     select from organization_member m where m.realm_id = c.realm_id
                       and m.organization_id = c.organization_id and m.user_id = t.local_id
                   )))
                   or exists (
                     select from scim_link l where l.realm_id = c.realm_id and l.connection_id = c.id
                       and l.kind = t.kind and l.local_id = t.local_id
                   )
               ), folded as (
                 insert into scim_task (realm_id, connection_id, kind, local_id) select * from marked ${again}
               )
               select count(*) as marks from taken`,
        values: [limit],
      });
      return row?.marks ?? 0;
    },
    async due() {
      return db.rows({
        name: 'scim_due',
        text: `select c.realm_id as "realmId", c.id as "connectionId"
               from scim_connection c join scim_pace p on p.realm_id = c.realm_id and p.connection_id = c.id
               where c.kind = 'target' and c.state in ('active', 'quarantined') and p.not_before <= now()
                 and (p.reconciled_version < c.version or exists (
                   select from scim_task t
                   where t.realm_id = c.realm_id and t.connection_id = c.id and t.state = 'open' and t.run_after <= now()
                     and (t.lease_until is null or t.lease_until < now())
                 ))`,
      });
    },
    /**
     * Claims of one connection go one after the other by the lock on its pace, so that what is in flight is counted
     * right. Groups wait for people, because they refer to them, but not for ever.
     */
    claim: ({ realmId, id, settings }, limit, leaseSeconds) =>
      db.atomically(async (transaction) => {
        const pace = await transaction.row<{ careful: boolean }>({
          name: 'scim_claim_turn',
          text: `select p.failures >= 5 or c.state = 'quarantined' as careful
                 from scim_pace p join scim_connection c on c.realm_id = p.realm_id and c.id = p.connection_id
                 where p.realm_id = $1 and p.connection_id = $2 and p.not_before <= now()
                   and c.state in ('active', 'quarantined')
                 for update of p`,
          values: [realmId, id],
        });
        if (pace === undefined) return [];
        const most = pace.careful ? 1 : settings.maxInFlight;
        // A statement of its own: the one that waited for the lock counts as of before its wait.
        const rows = await transaction.rows<Omit<ClaimedTask, 'failingSince'> & { failingSince: Date | null }>({
          name: 'scim_claim',
          text: `with flying as (
                   select count(*) as tasks from scim_task
                   where realm_id = $1 and connection_id = $2 and lease_until > now()
                 ), due as (
                   select kind, local_id from scim_task t
                   where realm_id = $1 and connection_id = $2 and state = 'open' and run_after <= now()
                     and (lease_until is null or lease_until < now())
                     and (kind = 'user' or run_after < now() - interval '1 minute' or not exists (
                       select from scim_task u
                       where u.realm_id = $1 and u.connection_id = $2 and u.kind = 'user' and u.state = 'open'
                         and u.run_after <= now()
                     ))
                   order by kind desc, run_after
                   limit greatest(0, least($3::bigint, $6::bigint - (select tasks from flying))) for update skip locked
                 )
                 update scim_task t set lease = $5, lease_until = now() + make_interval(secs => $4) from due
                 where t.realm_id = $1 and t.connection_id = $2 and t.kind = due.kind and t.local_id = due.local_id
                 returning t.kind, t.local_id as "localId", t.generation, t.attempt, t.allowed, t.afresh, t.lease,
                   t.failing_since as "failingSince"`,
          values: [realmId, id, limit, leaseSeconds, randomUUID(), most],
        });
        return rows.map((row) => ({ ...row, failingSince: row.failingSince ?? undefined }));
      }),
    async renew(connection, task, leaseSeconds) {
      const kept = await db.count({
        name: 'scim_renew',
        text: `update scim_task set lease_until = now() + make_interval(secs => $6) where ${mine}`,
        values: [...held(connection, task), leaseSeconds],
      });
      return kept === 1;
    },
    async done(connection, task, after) {
      await db.count({
        name: 'scim_done',
        text: `with gone as (
                 delete from scim_task where ${mine} and generation = $6 and $7::timestamptz is null
               )
               update scim_task
               set lease = null, lease_until = null, attempt = 0, failing_since = null, failure = null, why = null,
                 allowed = false, afresh = case when generation = $6 then false else afresh end,
                 run_after = case when generation = $6 then $7 else run_after end
               where ${mine} and (generation <> $6 or $7::timestamptz is not null)`,
        values: [...held(connection, task), task.generation, after],
      });
    },
    async failed(connection, task, { failure, why, next, counts }, event) {
      const values: unknown[] = [
        ...held(connection, task),
        task.generation,
        failure,
        text(why),
        next instanceof Date ? next : null,
        counts,
        next instanceof Date ? 'open' : next,
      ];
      const told = event && eventInsert(connection, event, (value) => `$${values.push(value)}`, 'from kept');
      await db.row({
        name: told === undefined ? 'scim_failed' : 'scim_failed_told',
        text: `with kept as (
                 update scim_task
                 set lease = null, lease_until = null, failure = $7, why = $8,
                   attempt = attempt + case when $10::boolean then 1 else 0 end,
                   failing_since = coalesce(failing_since, now()),
                   state = case when generation = $6 then $11 else state end,
                   run_after = case when generation = $6 then coalesce($9::timestamptz, run_after) else run_after end
                 where ${mine} returning local_id
               ) ${told === undefined ? '' : `, told as (${told})`} select`,
        values,
      });
    },
    async release(connection, task) {
      await db.count({
        name: 'scim_release',
        text: `update scim_task set lease = null, lease_until = null where ${mine}`,
        values: held(connection, task),
      });
    },
    scheduleAll: ({ realmId, id }) =>
      db.atomically(async (transaction) => {
        await transaction.row({ name: 'scim_task_turn', text: `select pg_advisory_xact_lock(${TURN})` });
        return transaction.count({
          name: 'scim_schedule_all',
          text: `insert into scim_task (realm_id, connection_id, kind, local_id)
                 select $1, $2, kind, local_id from scim_scope($1, $2) where enabled
                 union
                 select $1, $2, kind, local_id from scim_link where realm_id = $1 and connection_id = $2
                 ${again}`,
          values: [realmId, id],
        });
      }),
    schedule: ({ realmId, id }, subjects, { afresh } = { afresh: false }) =>
      db.atomically(async (transaction) => {
        await transaction.row({ name: 'scim_task_turn', text: `select pg_advisory_xact_lock(${TURN})` });
        await transaction.count({
          name: 'scim_schedule',
          text: `insert into scim_task (realm_id, connection_id, kind, local_id, afresh)
                 select distinct $1::uuid, $2::uuid, kind, local_id, $5::boolean
                 from unnest($3::text[], $4::uuid[]) s (kind, local_id)
                 ${again}, afresh = scim_task.afresh or excluded.afresh`,
          values: [realmId, id, subjects.map(({ kind }) => kind), subjects.map(({ localId }) => localId), afresh],
        });
      }),
    reopen: ({ realmId, id }, state, localId) =>
      db.count({
        name: 'scim_reopen',
        text: `update scim_task
               set state = 'open', allowed = $3 <> 'dead', attempt = 0, failing_since = null, run_after = now(),
                 lease = null, lease_until = null
               where realm_id = $1 and connection_id = $2 and state = $3 and ($4::uuid is null or local_id = $4)`,
        values: [realmId, id, state, localId],
      }),
    async list({ realmId, id }, limit) {
      const rows = await db.rows<
        Omit<ListedTask, 'name' | 'failure' | 'why'> & {
          name: string | null;
          failure: ListedTask['failure'] | null;
          why: string | null;
        }
      >({
        name: 'scim_task_list',
        text: `select t.kind, t.local_id as "localId", coalesce(u.username, g.path) as name, t.state, t.attempt,
                 t.run_after as "runAfter", t.failure, t.why, coalesce(t.lease_until > now(), false) as leased
               from scim_task t
               left join user_account u on t.kind = 'user' and u.realm_id = t.realm_id and u.id = t.local_id
               left join "group" g on t.kind = 'group' and g.realm_id = t.realm_id and g.id = t.local_id
               where t.realm_id = $1 and t.connection_id = $2
               order by t.state = 'open', t.state, t.run_after, t.local_id limit $3`,
        values: [realmId, id, limit],
      });
      return rows.map((row) => ({ name: undefined, failure: undefined, why: undefined, ...present(row) }));
    },
    async counts({ realmId, id }) {
      const rows = await db.rows<{ state: TaskState; tasks: number }>({
        name: 'scim_task_counts',
        text: `select state, count(*) as tasks from scim_task where realm_id = $1 and connection_id = $2 group by state`,
        values: [realmId, id],
      });
      const counts = { open: 0, dead: 0, staged: 0, asking: 0 };
      for (const { state, tasks } of rows) counts[state] = tasks;
      return counts;
    },
  };
}
