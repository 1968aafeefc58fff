/** First wait after a failure, in seconds; it doubles with each further one. */
const FIRST_WAIT_SECONDS = 5;
const LONGEST_WAIT_SECONDS = 3600;
/** A message is given up this long after it was written: sessions of the receiver have ended on their own by then. */
const GIVE_UP_AFTER_SECONDS = 24 * 3600;

/**
 * When a message that just failed for the `attempts`-th time is due again; `dead` when it is given up. Waits double up to
 * an hour and are spread over their upper half, so that what failed together does not come back together. `random` is in
 * [0, 1).
 */
export function nextAttempt(message: { attempts: number; createdAt: Date }, now: Date, random: number): Date | 'dead' {
  const ceiling = Math.min(FIRST_WAIT_SECONDS * 2 ** Math.min(message.attempts - 1, 20), LONGEST_WAIT_SECONDS);
  const next = new Date(now.getTime() + ceiling * (0.5 + random / 2) * 1000);
  const end = message.createdAt.getTime() + GIVE_UP_AFTER_SECONDS * 1000;
  return next.getTime() > end ? 'dead' : next;
}
