import type { Queryable } from '../database/queryable.ts';

/** Not looked at yet. Of whom was looked at no task is left, or it failed at least once, or it waits for somebody. */
const untouched = `t.state = 'open' and t.attempt = 0 and t.run_after <= now()`;

const failing = `(t.state = 'dead' or (t.state = 'open' and t.attempt > 0))`;

/** As many as an outcome holds. */
const PROBLEMS = 20;

export const ofRun = 't.realm_id = r.realm_id and t.connection_id = r.connection_id';

/**
 * Marked by the run and not looked at yet. A task that is done is gone: one that was made later is of a change that came
 * later, and a run of a busy realm does not wait for that. What a repair marks says so itself.
 */
export const leftOver = `${untouched} and case r.kind when 'drift' then t.afresh else t.created_at <= r.began_at end`;

/** Failures by class, and the first of them, of tasks of the run's connection that `which` says. */
const failed = (which: string) => `(
  select coalesce(jsonb_object_agg(failure, n), '{}') from (
    select coalesce(t.failure, 'unknown') as failure, count(*) as n from scim_task t
    where ${ofRun} and ${failing} and ${which} group by 1) f)`;
const problems = (which: string) => `(
  select coalesce(jsonb_agg(p), '[]') from (
    select t.kind, t.local_id as "localId", coalesce(l.remote_id, '') as "remoteId",
      coalesce(t.failure, 'unknown') as failure, coalesce(t.why, '') as why
    from scim_task t left join scim_link l using (realm_id, connection_id, kind, local_id)
    where ${ofRun} and ${failing} and ${which}
    order by t.state, t.kind desc, t.local_id limit ${PROBLEMS}) p)`;

/** Runs of a connection that is disabled: nobody will ever go on with them. */
const giveUp = {
  name: 'scim_run_give_up',
  text: `update scim_run r set state = 'failed', ended_at = now(), place = null, why = 'the connection is disabled'
         where r.state in ('asked', 'running') and exists (
           select from scim_connection c
           where c.realm_id = r.realm_id and c.id = r.connection_id and c.state = 'disabled'
         )`,
};

/** What a full run did stands in the events since it began; who is in none of them was found as it should be. */
const settleFull = {
  name: 'scim_run_settle',
  text: `update scim_run r
         set state = 'done', ended_at = now(), outcome = jsonb_build_object('problems', ${problems('true')}, 'counts', (
           select jsonb_build_object('read', r.scheduled,
             'created', count(*) filter (where action = 'created'),
             'adopted', count(*) filter (where action = 'adopted'),
             'updated', count(*) filter (where action in ('updated', 'repaired')),
             'disabled', count(*) filter (where action = 'disabled'),
             'deleted', count(*) filter (where action = 'deleted'),
             'staged', count(*) filter (where action = 'staged'),
             'asked', count(*) filter (where action = 'asked'),
             'unchanged', greatest(0, r.scheduled - count(*) - (
               select count(*) from scim_task t where ${ofRun} and t.state = 'open' and t.attempt > 0)),
             'failed', ${failed('true')})
           from (
             select distinct on (kind, local_id) action from scim_event e
             where e.realm_id = r.realm_id and e.connection_id = r.connection_id and e.at >= r.began_at
             order by kind, local_id, at
           ) first_of_each
         ))
         where r.state = 'running' and r.kind = 'full' and not exists (
           select from scim_task t where ${ofRun} and ${leftOver}
         )`,
};

const found = `exists (
  select from scim_finding f
  where f.realm_id = r.realm_id and f.connection_id = r.connection_id and f.run_id = r.id
    and f.kind = t.kind and f.local_id = t.local_id)`;

/** What a repair came to, beside what drifted. */
const settleRepair = {
  name: 'scim_run_settle_repair',
  text: `update scim_run r
         set state = 'done', ended_at = now(), outcome = jsonb_build_object(
           'total', outcome -> 'total',
           'problems', coalesce(outcome -> 'problems', '[]') || ${problems(found)},
           'counts', coalesce(outcome -> 'counts', '{}') || jsonb_build_object(
             'repaired', (
               select count(distinct (t.kind, t.local_id)) from scim_event t
               where ${ofRun} and t.at >= r.began_at and t.action in ('repaired', 'disabled', 'deleted') and ${found}),
             'staged', (select count(*) from scim_task t where ${ofRun} and t.state = 'staged' and ${found}),
             'asked', (select count(*) from scim_task t where ${ofRun} and t.state = 'asking' and ${found}),
             'failed', coalesce(outcome #> '{counts,failed}', '{}') || ${failed(found)}))
         where r.state = 'running' and r.kind = 'drift' and r.walked_at is not null and not exists (
           select from scim_task t where ${ofRun} and ${leftOver}
         )`,
};

/** See RunStore. Two workers that settle at once end each run once: the second finds it ended. */
export async function settleRuns(db: Queryable): Promise<number> {
  let ended = 0;
  for (const statement of [giveUp, settleFull, settleRepair]) ended += await db.count(statement);
  return ended;
}
