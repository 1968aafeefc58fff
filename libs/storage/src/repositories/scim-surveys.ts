import { randomUUID } from 'node:crypto';
import type { Finding, ScimConnection, Subject, SurveyStore, TakenSurvey } from '@sparekey/provisioning';
import { json } from '../database/json.ts';
import type { Queryable } from '../database/queryable.ts';
import { type RunRow, runColumns, toRun } from './scim-runs.ts';
import { scimTasks } from './scim-tasks.ts';

const LONGEST_WHY = 500;

/** Nobody works at it, and it is not over. */
const free = `r.state in ('asked', 'running') and r.kind in ('drift', 'preview') and r.walked_at is null
  and (r.lease_until is null or r.lease_until < now())`;

const everybody = `select kind, local_id from scim_scope($1, $2) where enabled
  union select kind, local_id from scim_link where realm_id = $1 and connection_id = $2`;

/** People come first, as they do when they are written; then in order of their ids. */
const after = `($3::text is null or kind < $3 or (kind = $3 and local_id > $4::uuid)) order by kind desc, local_id limit $5`;

const text = (why: string | undefined) => why?.replaceAll('\0', '').toWellFormed().slice(0, LONGEST_WHY);

export function scimSurveys(db: Queryable): SurveyStore {
  const mine = 'lease = $1 and id = $2';
  const held = ({ run, lease }: TakenSurvey) => [lease, run.id];
  return {
    due: (of) =>
      db.rows({
        name: 'scim_survey_due',
        text: `select r.realm_id as "realmId", r.connection_id as "connectionId", r.id as "runId"
               from scim_run r
               join scim_connection c on c.realm_id = r.realm_id and c.id = r.connection_id
               join scim_pace p on p.realm_id = r.realm_id and p.connection_id = r.connection_id
               where ${free} and c.kind = $1 and (c.state <> 'active' or p.not_before <= now())`,
        values: [of],
      }),
    async take({ realmId, connectionId, runId }, leaseSeconds) {
      const lease = randomUUID();
      const row = await db.row<RunRow>({
        name: 'scim_survey_take',
        text: `update scim_run r
               set state = 'running', lease = $4, lease_until = now() + make_interval(secs => $5)
               where r.realm_id = $1 and r.connection_id = $2 and r.id = $3 and ${free} returning ${runColumns}`,
        values: [realmId, connectionId, runId, lease, leaseSeconds],
      });
      return row && { run: toRun(row), lease };
    },
    renew: (survey, leaseSeconds) =>
      db.row({
        name: 'scim_survey_renew',
        text: `update scim_run r set lease_until = now() + make_interval(secs => $3)
               from scim_connection c
               join scim_pace p on p.realm_id = c.realm_id and p.connection_id = c.id
               where r.lease = $1 and r.id = $2 and r.state = 'running'
                 and c.realm_id = r.realm_id and c.id = r.connection_id
               returning c.state, c.state = 'active' and p.not_before > now() as "isResting"`,
        values: [...held(survey), leaseSeconds],
      }),
    async release(survey, seconds) {
      await db.count({
        name: 'scim_survey_release',
        text: `update scim_run set lease = null, lease_until = now() + make_interval(secs => $3) where ${mine}`,
        values: [...held(survey), seconds],
      });
    },
    subjects: ({ realmId, id }, from, limit) =>
      db.rows<Subject>({
        name: 'scim_survey_subjects',
        text: `select kind, local_id as "localId" from (${everybody}) s where ${after}`,
        values: [realmId, id, from?.kind, from?.localId, limit],
      }),
    async total({ realmId, id }) {
      const row = await db.row<{ n: number }>({
        name: 'scim_survey_total',
        text: `select count(*) as n from (${everybody}) s`,
        values: [realmId, id],
      });
      return row?.n ?? 0;
    },
    keep: (connection, survey, { outcome, place, findings, repairs }) =>
      db.atomically(async (transaction) => {
        const kept = await transaction.count({
          name: 'scim_survey_keep',
          text: `update scim_run set outcome = $3, place = $4, scheduled = scheduled + $5
                 where ${mine} and state = 'running'`,
          values: [...held(survey), json(outcome), place === undefined ? null : json(place), repairs.length],
        });
        if (kept === 0) return false;
        if (findings.length > 0) await addFindings(transaction, connection, survey.run.id, findings);
        if (repairs.length > 0) await scimTasks(transaction).schedule(connection, repairs, { afresh: true });
        return true;
      }),
    async walked(survey) {
      await db.count({
        name: 'scim_survey_walked',
        text: `update scim_run
               set walked_at = now(), place = null, lease = null, lease_until = null,
                 state = case when repairs then 'running' else 'done' end, ended_at = case when repairs then null else now() end
               where ${mine} and state = 'running'`,
        values: held(survey),
      });
    },
    async findings({ realmId, id }, runId, from, limit) {
      const rows = await db.rows<Nullable<Finding>>({
        name: 'scim_findings',
        text: `select kind, local_id as "localId", remote_id as "remoteId", what, attributes, failure, why from scim_finding
               where realm_id = $1 and connection_id = $2 and run_id = $6 and ${after}`,
        values: [realmId, id, from?.kind, from?.localId, limit, runId],
      });
      return rows.map(({ remoteId, failure, why, ...row }) => ({
        ...row,
        remoteId: remoteId ?? undefined,
        failure: failure ?? undefined,
        why: why ?? undefined,
      }));
    },
  };
}

type Nullable<T extends Finding> = Omit<T, 'remoteId' | 'failure' | 'why'> & {
  remoteId: string | null;
  failure: T['failure'] | null;
  why: string | null;
};

async function addFindings(
  db: Queryable,
  { realmId, id }: ScimConnection,
  runId: string,
  findings: readonly Finding[],
): Promise<void> {
  const rows = findings.map(({ kind, localId, remoteId, what, attributes, failure, why }) => ({
    kind,
    local_id: localId,
    remote_id: remoteId,
    what,
    attributes,
    failure,
    why: text(why),
  }));
  await db.count({
    name: 'scim_finding_add',
    text: `insert into scim_finding (realm_id, connection_id, run_id, kind, local_id, remote_id, what, attributes, failure, why)
           select $1, $2, $3, f.kind, f.local_id, f.remote_id, f.what, f.attributes, f.failure, f.why
           from jsonb_to_recordset($4) f (kind text, local_id uuid, remote_id text, what text, attributes text[],
             failure text, why text)`,
    values: [realmId, id, runId, json(rows)],
  });
}
