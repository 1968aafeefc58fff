const firstSeconds = 5;
const longestSeconds = 3600;
const escrowHours = [6, 12, 24];
const daysUntilGivenUp = 28;

/** Failures after which the next one is waited for 6 hours: 5 s doubled ten times is more than an hour. */
export const attemptsBeforeEscrow = 11;

/**
 * When a task that failed `attempt` times in a row is tried again: after up to 5 s, doubling to an hour, any time in it
 * (full jitter, `random` in [0, 1)), at least 1 s; then after 6, 12, and ever 24 hours. `dead` once it has failed for 28
 * days.
 */
export function nextAttempt(
  { attempt, failingSince }: { attempt: number; failingSince: Date },
  now: Date,
  random: number,
): Date | 'dead' {
  if (now.getTime() - failingSince.getTime() >= daysUntilGivenUp * 86_400_000) return 'dead';
  const late = attempt - attemptsBeforeEscrow;
  const hours = escrowHours[Math.min(late, escrowHours.length) - 1];
  const seconds = hours === undefined ? retrySeconds(attempt, random) : hours * 3600;
  return new Date(now.getTime() + seconds * 1000);
}

/** Seconds to wait after so many failures in a row: up to 5, doubling to an hour, any time in it, at least 1. */
export function retrySeconds(failures: number, random: number): number {
  return Math.max(1, random * Math.min(firstSeconds * 2 ** (failures - 1), longestSeconds));
}

/** Failures in a row, of a connection, after which it is left alone for a while. */
export const failuresThatOpen = 5;

/** Seconds for which nobody is asked anything after so many failures of a connection in a row; 0 below the limit. */
export function openSeconds(failuresInARow: number, random: number): number {
  if (failuresInARow < failuresThatOpen) return 0;
  const longest = Math.min(firstSeconds * 2 ** (failuresInARow - failuresThatOpen), longestSeconds);
  return Math.max(1, random * longest);
}
