import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '@sparekey/contracts';
import type { ScimConnection, ScimRun } from '@sparekey/provisioning';
import type { Storage } from '@sparekey/storage';
import type { Output } from './command.ts';
import { type Distance, progressTo } from './progress.ts';
import { printRun } from './run-table.ts';

const LOOK_EVERY_MS = 300;
/** After so long without a step somebody should look whether anybody works at all. */
const STILL_MS = 20_000;
/** What a shell gives to who was ended by Ctrl-C. */
const INTERRUPTED = 130;

export interface Watched {
  storage: Storage;
  connection: ScimConnection;
  output: Output;
  run: ScimRun;
  /** Whether to wait for its end. */
  waits: boolean;
}

/**
 * Waits for the end of a run, tells how far it is meanwhile, and prints what it came to. Ctrl-C ends the waiting alone.
 * Resolves to the exit code. Errors: `unavailable` when nobody works at the connection any more.
 */
export async function runWatch({ storage, connection, output, run, waits }: Watched): Promise<number> {
  if (!waits) {
    if (output.json) output.print(JSON.stringify(run, undefined, 2));
    else output.print(`It has begun${run.scheduled > 0 ? `: ${run.scheduled} people and groups` : ''}.`);
    return 0;
  }
  const ended = await untilEnd({ storage, connection, output, run });
  if (ended === undefined) {
    output.note('Nobody waits for it any more, but it goes on: `scim runs` tells how it fares.');
    return INTERRUPTED;
  }
  await printRun({ storage, connection, output }, ended);
  return ended.state === 'done' ? 0 : 1;
}

/** Undefined when the operator does not want to wait any more. */
async function untilEnd({ storage, connection, output, run }: Omit<Watched, 'waits'>): Promise<ScimRun | undefined> {
  const { runs } = storage.scim;
  const progress = progressTo(process.stderr, { from: 1 });
  const interrupted = new AbortController();
  const onInterrupt = () => interrupted.abort();
  process.once('SIGINT', onInterrupt);
  let [last, movedAt, told] = ['', performance.now(), false];
  try {
    while (!interrupted.signal.aborted) {
      const now = await runs.get(connection, run.id);
      if (now === undefined) throw new AppError('not_found', 'The connection is gone, and its runs with it.');
      const far = await distance(storage, connection, now);
      if (JSON.stringify(far) !== last) {
        [last, movedAt] = [JSON.stringify(far), performance.now()];
        progress(far);
      }
      if (now.endedAt !== undefined) return now;
      await mustBeAlive(storage, connection, now);
      if (!told && performance.now() - movedAt > STILL_MS) {
        told = true;
        output.note('Nothing has moved for a while. Does a provisioner run? `scim tasks` tells what is waited for.');
      }
      await Promise.race([wait(LOOK_EVERY_MS), once(interrupted.signal, 'abort')]);
    }
    return undefined;
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

/** How far a run is: what it marked and was looked at, or whom it has read. */
async function distance({ scim }: Storage, connection: ScimConnection, run: ScimRun): Promise<Distance> {
  const { id, kind, endedAt, scheduled, walkedAt, outcome } = run;
  if (kind === 'full' || walkedAt !== undefined) {
    const left = endedAt === undefined ? Math.min(scheduled, await scim.runs.remaining(connection, id)) : 0;
    return { phase: kind === 'full' ? 'looked at' : 'looked at once more', done: scheduled - left, total: scheduled };
  }
  const { read } = outcome.counts;
  return { phase: kind === 'drift' ? 'compared' : 'read', done: read, total: Math.max(outcome.total ?? 0, read) };
}

/** A survey of a connection that may not be asked ends by itself; a run that marked everybody would be waited for in vain. */
async function mustBeAlive(
  { stores }: Storage,
  { realmId, id, name }: ScimConnection,
  { kind }: ScimRun,
): Promise<void> {
  const now = await stores.scimConnections.byId(realmId, id);
  if (now?.state === 'active' || kind === 'drift' || kind === 'preview') return;
  const why = now?.stateReason === undefined ? '' : `: ${now.stateReason}`;
  throw new AppError(
    'unavailable',
    `${name} is ${now?.state ?? 'gone'}${why}. The run goes on once it is active again.`,
  );
}
