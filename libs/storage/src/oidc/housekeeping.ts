import type { Queryable } from '../database/queryable.ts';
import type { ExpiryReport } from './storage.ts';

/** Rows of one statement: short enough that nobody waits for it and vacuum keeps up. */
const BATCH = 1_000;

const tables = {
  tokens: 'oidc_token',
  sessions: 'oidc_session',
  grants: 'oidc_grant',
  interactions: 'oidc_interaction',
} as const satisfies Record<keyof ExpiryReport, string>;

/**
 * Removes what expired, at most `budget` rows of each table. An expired row is invisible at once; it stays ten minutes
 * more, longer than any request runs, so that a write under way cannot bring back what ended in its last second.
 * Why batches and not dropped partitions: docs/adr/0009. Several processes may run it at once.
 */
export async function expire(db: Queryable, budget: number): Promise<ExpiryReport> {
  const report: ExpiryReport = { tokens: 0, sessions: 0, grants: 0, interactions: 0 };
  for (const [name, table] of Object.entries(tables) as [keyof ExpiryReport, string][]) {
    for (let removed = BATCH; removed === BATCH && report[name] < budget; report[name] += removed)
      removed = await removeBatch(db, table, Math.min(BATCH, budget - report[name]));
  }
  return report;
}

/** Between the locked select and the delete no row can change. */
function removeBatch(db: Queryable, table: string, limit: number): Promise<number> {
  return db.count({
    name: `${table}_expire`,
    text: `with doomed as materialized (
             select ctid from ${table} where expires_at < now() - interval '10 minutes'
             order by expires_at limit $1 for update skip locked
           )
           delete from ${table} t using doomed where t.ctid = doomed.ctid`,
    values: [limit],
  });
}
