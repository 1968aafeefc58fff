import { randomUUID } from 'node:crypto';
import type { PullState, PullTurns } from '@sparekey/provisioning';
import type { Queryable } from '../../database/queryable.ts';
import { mine, of } from './sql.ts';

type StateRow = { [K in keyof PullState]: Exclude<PullState[K], undefined> | null };

/** Whose turn it is to read which source. */
export function pullTurns(db: Queryable): PullTurns {
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
  };
}
