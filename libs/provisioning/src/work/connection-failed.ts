import { openSeconds } from '../answer/backoff.ts';
import type { Failure } from '../answer/classify.ts';
import type { ScimConnection } from '../connection/model.ts';
import type { WorkerParts } from './worker.ts';

const DAY_SECONDS = 86_400;
/** For 429 without a time. */
const usualPauseSeconds = 30;

type Parts = Pick<WorkerParts, 'pace' | 'now' | 'random' | 'move'>;

/** What a failure means for the connection as a whole. */
export async function connectionFailed(parts: Parts, connection: ScimConnection, outcome: Failure): Promise<void> {
  const { pace, now, random } = parts;
  const later = (seconds: number) => new Date(now().getTime() + seconds * 1000);
  if (outcome.kind === 'quarantine') return quarantine(parts, connection, outcome.why);
  if (connection.state === 'quarantined') return pace.pause(connection, later(DAY_SECONDS));
  if (outcome.kind === 'pause') return pace.pause(connection, later(outcome.seconds ?? usualPauseSeconds));
  await pace.failed(connection, (failures) => openSeconds(failures, random()));
}

/** Nothing is asked for a day; then one task is tried, and one that succeeds ends the quarantine. */
export async function quarantine(parts: Parts, connection: ScimConnection, why: string): Promise<void> {
  await parts.pace.pause(connection, new Date(parts.now().getTime() + DAY_SECONDS * 1000));
  if (connection.state !== 'quarantined') await parts.move(connection, 'quarantined', why);
}
