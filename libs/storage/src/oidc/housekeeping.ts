import type { Knex } from 'knex';
import type { ExpiryReport } from './storage.ts';

/** Rows of one statement: short enough that nobody waits for it and vacuum keeps up. */
const BATCH = 1_000;

/**
 * An expired row is invisible at once; it stays this long as a tombstone, longer than any request runs, so that a write
 * under way cannot bring back what ended in its last second.
 */
const GRACE = "interval '10 minutes'";

const tables = {
  tokens: 'oidc_token',
  sessions: 'oidc_session',
  grants: 'oidc_grant',
  interactions: 'oidc_interaction',
} as const satisfies Record<keyof ExpiryReport, string>;

/** See docs/adr/0020 for why these are batches and not dropped partitions. Several processes may run it at once. */
export async function expire(db: Knex, budget: number): Promise<ExpiryReport> {
  const report: ExpiryReport = { tokens: 0, sessions: 0, grants: 0, interactions: 0 };
  for (const [name, table] of Object.entries(tables) as [keyof ExpiryReport, string][]) {
    for (let removed = BATCH; removed === BATCH && report[name] < budget; report[name] += removed)
      removed = await removeBatch(db, table, Math.min(BATCH, budget - report[name]));
  }
  return report;
}

async function removeBatch(db: Knex, table: string, limit: number): Promise<number> {
  const { rowCount } = await db.raw<{ rowCount: number }>(
    `delete from ${table} where ctid = any(array(
       select ctid from ${table} where expires_at < now() - ${GRACE} order by expires_at limit ? for update skip locked
     ))`,
    [limit],
  );
  return rowCount;
}
