import { AppError } from '@sparekey/contracts';
import { noCounts, type RunOutcome, type RunStore, type ScimRun } from '@sparekey/provisioning';
import { json } from '../database/json.ts';
import type { Queryable } from '../database/queryable.ts';

const LONGEST_WHY = 500;

export type RunRow = Omit<ScimRun, 'endedAt' | 'walkedAt' | 'place' | 'why' | 'outcome'> & {
  endedAt: Date | null;
  walkedAt: Date | null;
  place: ScimRun['place'] | null;
  why: string | null;
  outcome: Partial<RunOutcome>;
};

export const runColumns = `id, kind, state, asked_by as "askedBy", began_at as "beganAt", ended_at as "endedAt", scheduled, repairs,
  walked_at as "walkedAt", outcome, place, why`;

export const toRun = (row: RunRow): ScimRun => ({
  ...row,
  endedAt: row.endedAt ?? undefined,
  walkedAt: row.walkedAt ?? undefined,
  place: row.place ?? undefined,
  why: row.why ?? undefined,
  outcome: { problems: [], ...row.outcome, counts: { ...noCounts(), ...row.outcome.counts } },
});

/** Looked at for a full run: nothing is left of a task, or it failed at least once, or it waits for somebody. */
const untouched = `t.state = 'open' and t.attempt = 0 and t.run_after <= now()`;

const failing = `(t.state = 'dead' or (t.state = 'open' and t.attempt > 0))`;

/** As many as an outcome holds. */
const PROBLEMS = 20;

export function scimRuns(db: Queryable): RunStore {
  return {
    async list({ realmId, id }, limit) {
      const rows = await db.rows<RunRow>({
        name: 'scim_run_list',
        text: `select ${runColumns} from scim_run where realm_id = $1 and connection_id = $2
               order by began_at desc, id desc limit $3`,
        values: [realmId, id, limit],
      });
      return rows.map(toRun);
    },
    async get({ realmId, id }, runId) {
      const row = await db.row<RunRow>({
        name: 'scim_run_get',
        text: `select ${runColumns} from scim_run where realm_id = $1 and connection_id = $2 and id = $3`,
        values: [realmId, id, runId],
      });
      return row && toRun(row);
    },
    async begin({ realmId, id }, { kind, askedBy, scheduled = 0, state = 'running', repairs = false }) {
      const row = await db.row<RunRow>({
        name: 'scim_run_begin',
        text: `insert into scim_run (realm_id, connection_id, kind, asked_by, scheduled, state, repairs)
               values ($1, $2, $3, $4, $5, $6, $7) returning ${runColumns}`,
        values: [realmId, id, kind, askedBy, scheduled, state, repairs],
      });
      if (!row) throw new AppError('internal', 'scim_run_begin returned nothing');
      return toRun(row);
    },
    async openReading({ realmId, id }) {
      const row = await db.row<RunRow>({
        name: 'scim_run_open_reading',
        text: `select ${runColumns} from scim_run
               where realm_id = $1 and connection_id = $2 and state in ('asked', 'running') and kind in ('pull', 'delta')`,
        values: [realmId, id],
      });
      return row && toRun(row);
    },
    async started({ realmId, id }, runId, { kind, scheduled = 0 }) {
      await db.count({
        name: 'scim_run_started',
        text: `update scim_run set state = 'running', kind = $4, scheduled = $5
               where realm_id = $1 and connection_id = $2 and id = $3 and state in ('asked', 'running')`,
        values: [realmId, id, runId, kind, scheduled],
      });
    },
    async keep({ realmId, id }, runId, outcome, place) {
      await db.count({
        name: 'scim_run_keep',
        text: `update scim_run set outcome = $4, place = $5
               where realm_id = $1 and connection_id = $2 and id = $3 and state = 'running'`,
        values: [realmId, id, runId, json(outcome), place === undefined ? null : json(place)],
      });
    },
    async end({ realmId, id }, runId, state, outcome, why) {
      await db.count({
        name: 'scim_run_end',
        text: `update scim_run set state = $4, outcome = $5, why = $6, place = null, ended_at = now()
               where realm_id = $1 and connection_id = $2 and id = $3 and state in ('asked', 'running')`,
        values: [
          realmId,
          id,
          runId,
          state,
          json(outcome),
          why?.replaceAll('\0', '').toWellFormed().slice(0, LONGEST_WHY),
        ],
      });
    },
    /** What a full run did stands in the events since it began; who is in none of them was found as it should be. */
    async settle() {
      const given = await db.count({
        name: 'scim_run_give_up',
        text: `update scim_run r set state = 'failed', ended_at = now(), place = null, why = 'the connection is disabled'
               where r.state in ('asked', 'running') and exists (
                 select from scim_connection c
                 where c.realm_id = r.realm_id and c.id = r.connection_id and c.state = 'disabled'
               )`,
      });
      const done = await db.count({
        name: 'scim_run_settle',
        text: `update scim_run r
               set state = 'done', ended_at = now(), outcome = jsonb_build_object('problems', (
                 select coalesce(jsonb_agg(p), '[]') from (
                   select t.kind, t.local_id as "localId", coalesce(l.remote_id, '') as "remoteId",
                     coalesce(t.failure, 'unknown') as failure, coalesce(t.why, '') as why
                   from scim_task t left join scim_link l using (realm_id, connection_id, kind, local_id)
                   where t.realm_id = r.realm_id and t.connection_id = r.connection_id and ${failing}
                   order by t.state, t.kind desc, t.local_id limit ${PROBLEMS}) p), 'counts', (
                 select jsonb_build_object('read', r.scheduled,
                   'created', count(*) filter (where action = 'created'),
                   'adopted', count(*) filter (where action = 'adopted'),
                   'updated', count(*) filter (where action in ('updated', 'repaired')),
                   'disabled', count(*) filter (where action = 'disabled'),
                   'deleted', count(*) filter (where action = 'deleted'),
                   'staged', count(*) filter (where action = 'staged'),
                   'asked', count(*) filter (where action = 'asked'),
                   'unchanged', greatest(0, r.scheduled - count(*) - (
                     select count(*) from scim_task t where t.realm_id = r.realm_id
                       and t.connection_id = r.connection_id and t.state = 'open' and t.attempt > 0)),
                   'failed', (
                     select coalesce(jsonb_object_agg(failure, n), '{}') from (
                       select coalesce(t.failure, 'unknown') as failure, count(*) as n from scim_task t
                       where t.realm_id = r.realm_id and t.connection_id = r.connection_id
                         and ${failing}
                       group by 1) f))
                 from (
                   select distinct on (kind, local_id) action from scim_event e
                   where e.realm_id = r.realm_id and e.connection_id = r.connection_id and e.at >= r.began_at
                   order by kind, local_id, at
                 ) first_of_each
               ))
               where r.state = 'running' and r.kind = 'full' and not exists (
                 select from scim_task t
                 where t.realm_id = r.realm_id and t.connection_id = r.connection_id and ${untouched}
               )`,
      });
      const repaired = await db.count({
        name: 'scim_run_settle_repairs',
        text: `update scim_run r
               set state = 'done', ended_at = now(), outcome = jsonb_set(outcome, '{counts,repaired}', (
                 select to_jsonb(count(distinct (e.kind, e.local_id))) from scim_event e join scim_finding f
                   on f.realm_id = e.realm_id and f.connection_id = e.connection_id and f.run_id = r.id
                   and f.kind = e.kind and f.local_id = e.local_id
                 where e.realm_id = r.realm_id and e.connection_id = r.connection_id and e.at >= r.began_at
                   and e.action in ('repaired', 'disabled', 'deleted')
               ))
               where r.state = 'running' and r.kind = 'drift' and r.walked_at is not null and not exists (
                 select from scim_task t
                 where t.realm_id = r.realm_id and t.connection_id = r.connection_id and t.afresh and ${untouched}
               )`,
      });
      return given + done + repaired;
    },
    async remaining({ realmId, id }) {
      const row = await db.row<{ left: number }>({
        name: 'scim_run_remaining',
        text: `select count(*) as left from scim_task t where realm_id = $1 and connection_id = $2 and ${untouched}`,
        values: [realmId, id],
      });
      return row?.left ?? 0;
    },
  };
}
