import type { Pace, PaceKeeper, ScimConnection, ScimEvent, ScimJournal } from '@sparekey/provisioning';
import { json } from '../database/json.ts';
import type { Queryable } from '../database/queryable.ts';

const LONGEST_WHY = 500;

export function scimPace(db: Queryable): PaceKeeper {
  return {
    async get({ realmId, id }) {
      const row = await db.row<Omit<Pace, 'announcedAt'> & { announcedAt: Date | null }>({
        name: 'scim_pace_get',
        text: `select announced, announced_at as "announcedAt", reconciled_version as "reconciledVersion", failures
               from scim_pace where realm_id = $1 and connection_id = $2`,
        values: [realmId, id],
      });
      return row === undefined
        ? { announced: {}, announcedAt: undefined, reconciledVersion: 0, failures: 0 }
        : { ...row, announcedAt: row.announcedAt ?? undefined };
    },
    /** A token may be taken before it is there: who takes it waits as long, and everyone keeps the order of the row. */
    async takeToken({ realmId, id }, rate) {
      const row = await db.row<{ tokens: number }>({
        name: 'scim_take_token',
        text: `update scim_pace
               set tokens = least($3::float8, tokens + greatest(0, extract(epoch from clock_timestamp() - refilled_at)) * $3) - 1,
                 refilled_at = clock_timestamp()
               where realm_id = $1 and connection_id = $2 returning tokens`,
        values: [realmId, id, rate],
      });
      return Math.max(0, -(row?.tokens ?? 0) / rate);
    },
    async pause({ realmId, id }, until) {
      await db.count({
        name: 'scim_pause',
        text: `update scim_pace set not_before = greatest(not_before, $3) where realm_id = $1 and connection_id = $2`,
        values: [realmId, id, until],
      });
    },
    async told({ realmId, id }, answer) {
      const row = await db.row<{ writes: number; refused: number }>({
        name: 'scim_told',
        text: `update scim_pace
               set failures = 0,
                 writes = case when window_began_at < now() - interval '1 hour' then 0 else writes end + 1,
                 refused = case when window_began_at < now() - interval '1 hour' then 0 else refused end
                   + case when $3 = 'refused' then 1 else 0 end,
                 window_began_at = case when window_began_at < now() - interval '1 hour' then now() else window_began_at end
               where realm_id = $1 and connection_id = $2 returning writes, refused`,
        values: [realmId, id, answer],
      });
      return row ?? { writes: 0, refused: 0 };
    },
    async answered({ realmId, id }) {
      await db.count({
        name: 'scim_answered',
        text: 'update scim_pace set failures = 0 where realm_id = $1 and connection_id = $2 and failures > 0',
        values: [realmId, id],
      });
    },
    failed: ({ realmId, id }, wait) =>
      db.atomically(async (transaction) => {
        // The row stays locked until the wait stands in it, so that the next of a burst sees that everyone waits.
        const row = await transaction.row<{ failures: number }>({
          name: 'scim_pace_failed',
          text: `update scim_pace set failures = failures + 1
                 where realm_id = $1 and connection_id = $2 and not_before <= clock_timestamp() returning failures`,
          values: [realmId, id],
        });
        const seconds = row === undefined ? 0 : wait(row.failures);
        if (seconds === 0) return;
        await transaction.count({
          name: 'scim_pace_wait',
          text: `update scim_pace set not_before = clock_timestamp() + make_interval(secs => $3)
                 where realm_id = $1 and connection_id = $2`,
          values: [realmId, id, seconds],
        });
      }),
    async announced({ realmId, id }, traits) {
      await db.count({
        name: 'scim_announced',
        text: `update scim_pace set announced = $3, announced_at = now() where realm_id = $1 and connection_id = $2`,
        values: [realmId, id, json(traits)],
      });
    },
    async reconciled({ realmId, id, version }) {
      await db.count({
        name: 'scim_reconciled',
        text: `update scim_pace set reconciled_version = greatest(reconciled_version, $3)
               where realm_id = $1 and connection_id = $2`,
        values: [realmId, id, version],
      });
    },
  };
}

/** The statement that writes an event down, with its values given to `parameter`; of a query, once for each row `from` it. */
export function eventInsert(
  { realmId, id }: Pick<ScimConnection, 'realmId' | 'id'>,
  { kind, localId, remoteId, action, attributes = [], failure, why }: ScimEvent,
  parameter: (value: unknown) => string,
  from = '',
): string {
  const told = why?.replaceAll('\0', '').slice(0, LONGEST_WHY);
  const ids = [realmId, id, localId].map((each) => `${parameter(each)}::uuid`);
  const texts = [kind, remoteId, action, failure, told].map((each) => `${parameter(each)}::text`);
  return `insert into scim_event
      (realm_id, connection_id, local_id, kind, remote_id, action, failure, why, attributes)
    select ${[...ids, ...texts]}, ${parameter(attributes)}::text[] ${from}`;
}

export function scimJournal(db: Queryable): ScimJournal {
  return {
    async add(connection, events) {
      for (const event of events) {
        const values: unknown[] = [];
        const text = eventInsert(connection, event, (value) => `$${values.push(value)}`);
        await db.count({ name: 'scim_event_add', text, values });
      }
    },
    async summary({ realmId, id }, since) {
      const rows = await db.rows<{ action: string; events: number }>({
        name: 'scim_event_summary',
        text: `select action, count(*) as events from scim_event
               where realm_id = $1 and connection_id = $2 and at >= $3 group by action`,
        values: [realmId, id, since],
      });
      return Object.fromEntries(rows.map(({ action, events }) => [action, events]));
    },
  };
}
