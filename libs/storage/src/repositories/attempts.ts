import type { AttemptCounter, AttemptKey } from '@sparekey/factors';
import type { Queryable } from '../database/queryable.ts';
import { networkAttempts } from './network-attempts.ts';

/**
 * Needs a database of its own connections: each count commits by itself, and a caller that holds a transaction must never
 * wait for a connection that the other transactions hold.
 */
export function attemptCounter(db: Queryable): AttemptCounter {
  const keyValues = (key: AttemptKey) => [key.realmId, key.factor, key.subject];
  return {
    ...networkAttempts(db),

    /**
     * One statement, safe under READ COMMITTED: parallel calls queue at the row, each looks again at the wait that the one
     * before it began. The wait is the one of `waitAfter` in libs/policy.
     */
    async begin(key, limit) {
      const counted = await db.row<{ failures: number; wait: number }>({
        name: 'attempt_begin',
        text: `insert into attempt_counter as c (realm_id, factor, subject, failures, locked_until)
               values ($1, $2, $3, 1, case when $4::int <= 1 then now() + make_interval(secs => $5::float8) end)
               on conflict (realm_id, factor, subject) do update
                 set failures = c.failures + 1, last_at = now(),
                   locked_until = case when c.failures + 1 >= $4::int then
                     now() + make_interval(secs => least($6::float8, $5::float8 * 2::float8 ^ (c.failures + 1 - $4::int)))
                   end
                 where c.failures < $7::int and (c.locked_until is null or c.locked_until <= now())
               returning failures, coalesce(extract(epoch from locked_until - now())::float8, 0) as wait`,
        values: [...keyValues(key), limit.failures, limit.firstWaitSeconds, limit.maxWaitSeconds, limit.hardStop],
      });
      if (counted) return { allowed: true, failures: counted.failures, waitSeconds: Math.round(counted.wait) };
      const refused = await db.row<{ failures: number; wait: number | null }>({
        name: 'attempt_refused',
        text: `select failures, extract(epoch from locked_until - now())::float8 as wait
               from attempt_counter where realm_id = $1 and factor = $2 and subject = $3`,
        values: keyValues(key),
      });
      return {
        allowed: false,
        waitSeconds: Math.max(1, Math.ceil(refused?.wait ?? 1)),
        stopped: (refused?.failures ?? 0) >= limit.hardStop,
      };
    },

    async unlock(realmId, subject) {
      const rows = await db.rows<{ factor: string }>({
        name: 'attempt_unlock',
        text: 'delete from attempt_counter where realm_id = $1 and subject = $2 returning factor',
        values: [realmId, subject],
      });
      return rows.map((row) => row.factor).sort();
    },

    /** One statement on the row that `begin` wrote, safe under READ COMMITTED: it takes back one count and no more. */
    async returned(key, limit) {
      await db.count({
        name: 'attempt_returned',
        text: `update attempt_counter set failures = failures - 1,
                 locked_until = case when failures - 1 >= $4::int then locked_until end
               where realm_id = $1 and factor = $2 and subject = $3 and failures > 0`,
        values: [...keyValues(key), limit.failures],
      });
    },

    async succeeded(key) {
      await db.count({
        name: 'attempt_succeeded',
        text: 'delete from attempt_counter where realm_id = $1 and factor = $2 and subject = $3',
        values: keyValues(key),
      });
    },
  };
}
