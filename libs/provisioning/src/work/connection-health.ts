import { openSeconds } from '../answer/backoff.ts';
import type { Failure } from '../answer/classify.ts';
import type { ScimConnection } from '../connection/model.ts';
import type { WorkerParts } from './worker.ts';

const DAY_SECONDS = 86_400;
/** Days after which a connection that never recovered from its quarantine is given up. */
const quarantineDays = 28;
/** For 429 without a time. */
const usualPauseSeconds = 30;

type Parts = Pick<WorkerParts, 'pace' | 'now' | 'random' | 'move'>;

/** Whether the other side may be asked anything; one that never recovered from its quarantine is given up. */
export async function mayBeAsked({ move, now }: Parts, connection: ScimConnection): Promise<boolean> {
  if (connection.state !== 'quarantined') return connection.state === 'active';
  if (connection.stateSince.getTime() + quarantineDays * DAY_SECONDS * 1000 >= now().getTime()) return true;
  await move(connection, 'disabled', `in quarantine for ${quarantineDays} days`);
  return false;
}

/** What a failure means for the connection as a whole. `wait` tells how long after so many in a row. */
export async function connectionFailed(
  parts: Parts,
  connection: ScimConnection,
  outcome: Failure,
  wait: (failuresInARow: number, random: number) => number = openSeconds,
): Promise<void> {
  const { pace, now, random } = parts;
  const later = (seconds: number) => new Date(now().getTime() + seconds * 1000);
  if (outcome.kind === 'quarantine') return quarantine(parts, connection, outcome.why);
  if (connection.state === 'quarantined') return pace.pause(connection, later(DAY_SECONDS));
  if (outcome.kind === 'pause') return pace.pause(connection, later(outcome.seconds ?? usualPauseSeconds));
  await pace.failed(connection, (failures) => wait(failures, random()));
}

/** Nothing is asked for a day; then one task or reading is tried, and one that succeeds ends the quarantine. */
export async function quarantine(parts: Parts, connection: ScimConnection, why: string): Promise<void> {
  await parts.pace.pause(connection, new Date(parts.now().getTime() + DAY_SECONDS * 1000));
  if (connection.state !== 'quarantined') await parts.move(connection, 'quarantined', why);
}
