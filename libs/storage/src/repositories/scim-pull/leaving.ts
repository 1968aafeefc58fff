import type { PullLeaving, Subject, Waiting } from '@sparekey/provisioning';
import type { Queryable } from '../../database/queryable.ts';
import { afterIt, mine, of } from './sql.ts';

const LONGEST_WHY = 500;
const textOf = (why: string) => why.replaceAll('\0', '').toWellFormed().slice(0, LONGEST_WHY);

const both = (subjects: readonly Subject[]) => [
  subjects.map(({ kind }) => kind),
  subjects.map(({ localId }) => localId),
];

/** Whoever waits for something already goes on waiting; what was given up or asked about is done with. */
const leavesAgain = `on conflict (realm_id, connection_id, kind, local_id) do update
  set state = 'open', failure = null, why = null, allowed = false, adoption_of = null
  where scim_task.state in ('dead', 'asking')`;

/** Who leaves, and who waits for an operator. */
export function pullLeaving(db: Queryable): PullLeaving {
  return {
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
