import type { AttemptLimit } from './policy.ts';

/**
 * Seconds to wait after the `failures`-th consecutive failure: none below the limit, then `firstWaitSeconds`, doubled
 * with every further failure, never above `maxWaitSeconds`. Storage computes the same in SQL, under the lock of the
 * counter's row; a test compares the two over this function's table.
 */
export function waitAfter(failures: number, limit: AttemptLimit): number {
  if (failures < limit.failures) return 0;
  return Math.min(limit.firstWaitSeconds * 2 ** (failures - limit.failures), limit.maxWaitSeconds);
}

/**
 * True once no wait helps any more: at most `hardStop` consecutive failures are ever allowed, then the authenticator
 * must be replaced or reset (SP 800-63B-4 §3.2.2: no more than 100).
 */
export function isStopped(failures: number, limit: AttemptLimit): boolean {
  return failures >= limit.hardStop;
}
