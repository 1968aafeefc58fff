import { AppError } from '@sparekey/contracts';
import { noCounts, type RunOutcome, type RunStore, type ScimRun } from '@sparekey/provisioning';
import { json } from '../database/json.ts';
import type { Queryable } from '../database/queryable.ts';

const LONGEST_WHY = 500;

type Row = Omit<ScimRun, 'endedAt' | 'place' | 'why' | 'outcome'> & {
  endedAt: Date | null;
  place: ScimRun['place'] | null;
  why: string | null;
  outcome: Partial<RunOutcome>;
};

const columns = `id, kind, state, asked_by as "askedBy", began_at as "beganAt", ended_at as "endedAt", scheduled, outcome,
  place, why`;

const toRun = (row: Row): ScimRun => ({
  ...row,
  endedAt: row.endedAt ?? undefined,
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
      const rows = await db.rows<Row>({
        name: 'scim_run_list',
        text: `select ${columns} from scim_run where realm_id = $1 and connection_id = $2
               order by began_at desc, id desc limit $3`,
        values: [realmId, id, limit],
      });
      return rows.map(toRun);
    },
    async get({ realmId, id }, runId) {
      const row = await db.row<Row>({
        name: 'scim_run_get',
        text: `select ${columns} from scim_run where realm_id = $1 and connection_id = $2 and id = $3`,
        values: [realmId, id, runId],
      });
      return row && toRun(row);
    },
    async begin({ realmId, id }, { kind, askedBy, scheduled = 0, state = 'running' }) {
      const row = await db.row<Row>({
        name: 'scim_run_begin',
        text: `insert into scim_run (realm_id, connection_id, kind, asked_by, scheduled, state)
               values ($1, $2, $3, $4, $5, $6) returning ${columns}`,
        values: [realmId, id, kind, askedBy, scheduled, state],
      });
      if (!row) throw new AppError('internal', 'scim_run_begin returned nothing');
      return toRun(row);
    },
    async openReading({ realmId, id }) {
      const row = await db.row<Row>({
        name: 'scim_run_open_reading',
        text: `select ${columns} from scim_run
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
      return given + done;
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
