import { AppError } from '@sparekey/contracts';
import { noCounts, type RunOutcome, type RunStore, type ScimRun } from '@sparekey/provisioning';
import { json } from '../database/json.ts';
import type { Queryable } from '../database/queryable.ts';
import { leftOver, ofRun, settleRuns } from './scim-run-settle.ts';

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
    settle: () => settleRuns(db),
    async remaining({ realmId, id }, runId) {
      const row = await db.row<{ left: number }>({
        name: 'scim_run_remaining',
        text: `select count(*) as left from scim_run r join scim_task t on ${ofRun} and ${leftOver}
               where r.realm_id = $1 and r.connection_id = $2 and r.id = $3`,
        values: [realmId, id, runId],
      });
      return row?.left ?? 0;
    },
  };
}
