import type { RealmId, ScimConnectionId } from '@sparekey/contracts';
import { retrySeconds } from '../answer/backoff.ts';
import type { Failure } from '../answer/classify.ts';
import { isOfKind, type ScimConnection } from '../connection/model.ts';
import { checkMapping } from '../mapping/mapping.ts';
import { checkAccountRules } from '../mapping/source-account.ts';
import { noCounts, type ScimRun, type ScimRunKind } from '../run/model.ts';
import type { RunStore } from '../run/ports.ts';
import { connectionFailed, mayBeAsked, quarantine } from '../work/connection-health.ts';
import { TaskFailure } from '../work/context.ts';
import type { WorkerParts } from '../work/worker.ts';
import type { PullContext } from './context.ts';
import { letLeave } from './leave.ts';
import type { PullDoor, PullState, PullStore } from './ports.ts';
import { readSource } from './reading.ts';

const DAY_MS = 86_400_000;
/** Beyond the time of one request: what a worker needs to write down a person or group. */
const leaseMarginSeconds = 60;

export interface PullParts
  extends Pick<WorkerParts, 'connection' | 'move' | 'open' | 'now' | 'random' | 'pace' | 'links' | 'onTask'> {
  pulls: PullStore;
  runs: RunStore;
  door(connection: ScimConnection<'source'>): Promise<PullDoor>;
  /** Told of faults of ours that leave one resource out. */
  onUnread?: PullContext['onError'];
}

/** The reading ends here: another worker has it, it is paused, or this worker stops. It goes on where it was. */
class CutOff extends Error {}

/**
 * Reads a source as far as it is due: what operators allowed first, then what changed, or everything. Safe beside other
 * workers, which leave it alone meanwhile; cut off anywhere, the next one goes on after the last page. Returns the run that
 * was made, when there was one.
 */
export async function pullFrom(
  parts: PullParts,
  { realmId, connectionId }: { realmId: RealmId; connectionId: ScimConnectionId },
  signal: AbortSignal,
): Promise<ScimRun | undefined> {
  const connection = await parts.connection(realmId, connectionId);
  if (connection === undefined || !isOfKind(connection, 'source')) return undefined;
  if (!(await mayBeAsked(parts, connection))) return undefined;
  const seconds = connection.settings.timeoutSeconds + leaseMarginSeconds;
  const lease = await parts.pulls.lease(connection, seconds);
  if (lease === undefined) return undefined;
  let renewedAt = parts.now().getTime();
  const goOn = async () => {
    if (signal.aborted) throw new CutOff('the worker stops');
    const now = parts.now().getTime();
    if (now - renewedAt < (leaseMarginSeconds * 1000) / 4) return;
    if (!(await parts.pulls.renew(connection, lease, seconds)))
      throw new CutOff('another worker has it, or it is paused');
    renewedAt = now;
  };
  try {
    return await underLease(parts, connection, signal, goOn);
  } finally {
    await parts.pulls.release(connection, lease);
  }
}

async function underLease(
  parts: PullParts,
  connection: ScimConnection<'source'>,
  signal: AbortSignal,
  goOn: () => Promise<void>,
): Promise<ScimRun | undefined> {
  const { runs, pace } = parts;
  const context = await contextOf(parts, connection, signal, goOn);
  let run: ScimRun | undefined;
  try {
    await letLeave(context, { allowedOnly: true });
    run = await runFor(parts, connection);
    if (run !== undefined) {
      context.outcome = run.outcome;
      await readSource(context, run, runs);
      await pace.told(connection, 'ok');
    }
    if (connection.state === 'quarantined') await parts.move(connection, 'active', 'it works again');
  } catch (error) {
    if (error instanceof CutOff || signal.aborted) return run;
    if (!(error instanceof TaskFailure)) {
      await pace.failed(connection, (failures) => retrySeconds(failures, parts.random()));
      throw error;
    }
    await trouble(parts, context, error.outcome, run);
  }
  return run && (await runs.get(connection, run.id));
}

export async function contextOf(
  parts: PullParts,
  connection: ScimConnection<'source'>,
  signal: AbortSignal,
  goOn: () => Promise<void>,
): Promise<PullContext> {
  const { mapping } = connection.settings;
  const { links, pulls, now } = parts;
  const send = await parts.open(connection, signal);
  return {
    connection,
    rules: {
      user: checkMapping('user', mapping.user, 'there').rules,
      group: checkMapping('group', mapping.group, 'there').rules,
      account: checkAccountRules(mapping.account).rules,
    },
    wire: {
      async send(request) {
        await goOn();
        return send(request);
      },
    },
    door: await parts.door(connection),
    links,
    pulls,
    outcome: { counts: noCounts(), problems: [] },
    now,
    onTask: parts.onTask,
    onError: parts.onUnread,
    goOn,
  };
}

/** The reading that was asked for or cut off, or a new one when one is due. */
async function runFor(parts: PullParts, connection: ScimConnection<'source'>): Promise<ScimRun | undefined> {
  const { pulls, runs, now } = parts;
  const open = await runs.openReading(connection);
  const due = dueKind(await pulls.state(connection), connection, now());
  if (open === undefined) return due && runs.begin(connection, { kind: due, askedBy: 'schedule' });
  if (open.state === 'running') return open;
  // A delta that has nothing to begin from is a whole reading.
  const kind: ScimRunKind = due === 'pull' ? 'pull' : open.kind;
  await runs.started(connection, open.id, { kind });
  return { ...open, kind, state: 'running' };
}

/** What is due by its schedule; a whole reading also for settings that nobody was read under. */
export function dueKind(
  { watermark, pulledAt, pulledFullAt, reconciledVersion }: PullState,
  { settings, version }: Pick<ScimConnection<'source'>, 'settings' | 'version'>,
  now: Date,
): 'pull' | 'delta' | undefined {
  const before = (at: Date, seconds: number) => at.getTime() <= now.getTime() - seconds * 1000;
  if (pulledAt === undefined || pulledFullAt === undefined || reconciledVersion < version) return 'pull';
  if (before(pulledFullAt, settings.fullEveryHours * 3600)) return 'pull';
  if (!before(pulledAt, settings.everyMinutes * 60)) return undefined;
  // A source that tells no times is read as a whole each time.
  return watermark === undefined ? 'pull' : 'delta';
}

/** What a failure means for the connection. A reading that may go on stays open where it is, for a day. */
async function trouble(
  parts: PullParts,
  { connection, outcome }: PullContext,
  failure: Failure,
  run: ScimRun | undefined,
): Promise<void> {
  const { runs, now } = parts;
  const mayGoOn = failure.kind === 'retry' || failure.kind === 'pause';
  const isOld = run !== undefined && run.beganAt.getTime() < now().getTime() - DAY_MS;
  if (run !== undefined && (isOld || !mayGoOn)) {
    await runs.end(connection, run.id, 'failed', outcome, failure.why);
    await parts.pulls.forgetSeen(connection, run.id);
  } else if (run !== undefined) {
    await runs.keep(connection, run.id, outcome, (await runs.get(connection, run.id))?.place);
  }
  if (isOld || !mayGoOn) return quarantine(parts, connection, failure.why);
  await connectionFailed(parts, connection, failure, retrySeconds);
}
