import type { RealmId, ScimConnectionId } from '@sparekey/contracts';
import { openSeconds } from '../answer/backoff.ts';
import { classify, type Failure } from '../answer/classify.ts';
import { isSick } from '../answer/health.ts';
import { isOfKind, type ScimConnection } from '../connection/model.ts';
import { checkMapping } from '../mapping/mapping.ts';
import { failedCount, noCounts, type RunOutcome, type ScimRun, type ScimRunKind } from '../run/model.ts';
import type { RunStore } from '../run/ports.ts';
import { TaskFailure } from '../work/context.ts';
import type { Wire } from '../work/ports.ts';
import type { WorkerParts } from '../work/worker.ts';
import type { PullContext } from './context.ts';
import { letLeave } from './leave.ts';
import { sourceTraits } from './pages.ts';
import type { PullDoor, PullState, PullStore } from './ports.ts';
import { type Met, readAll } from './read.ts';

const DAY_SECONDS = 86_400;
/** Days after which a connection that never recovered from its quarantine is given up. */
const quarantineDays = 28;
/** For 429 without a time. */
const usualPauseSeconds = 30;
/** What a delta reads again, for clocks that differ and changes that were not visible yet. */
const overlapSeconds = 300;
/** Beyond the time of one request: what a worker needs to write down a page. */
const leaseMarginSeconds = 60;
const BATCH = 500;

export interface PullParts
  extends Pick<WorkerParts, 'connection' | 'move' | 'open' | 'now' | 'random' | 'wait' | 'pace' | 'links' | 'journal'> {
  pulls: PullStore;
  runs: RunStore;
  door(connection: ScimConnection<'source'>): Promise<PullDoor>;
}

/** The reading ends here: another worker has it, or this one stops. It goes on where it was. */
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
  if (connection.state !== 'active' && connection.state !== 'quarantined') return undefined;
  const over = connection.stateSince.getTime() + quarantineDays * DAY_SECONDS * 1000 < parts.now().getTime();
  if (connection.state === 'quarantined' && over) {
    await parts.move(connection, 'disabled', `in quarantine for ${quarantineDays} days`);
    return undefined;
  }
  const seconds = connection.settings.timeoutSeconds + leaseMarginSeconds;
  const lease = await parts.pulls.lease(connection, seconds);
  if (lease === undefined) return undefined;
  try {
    return await underLease(parts, connection, signal, async () => {
      if (signal.aborted || !(await parts.pulls.renew(connection, lease, seconds))) throw new CutOff('cut off');
    });
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
  const { runs } = parts;
  const send = await parts.open(connection, signal);
  const context = await contextOf(parts, connection, {
    async send(request) {
      await goOn();
      return send(request);
    },
  });
  let run: ScimRun | undefined;
  try {
    await letLeave(context, { allowedOnly: true });
    run = await runFor(parts, connection);
    if (run !== undefined) {
      context.outcome.counts = run.outcome.counts;
      context.outcome.problems = run.outcome.problems;
      await reading(parts, context, run, goOn);
    }
    if (connection.state === 'quarantined') await parts.move(connection, 'active', 'it works again');
    return run && (await runs.get(connection, run.id));
  } catch (error) {
    if (error instanceof CutOff || signal.aborted) return run;
    if (!(error instanceof TaskFailure)) throw error;
    if (run !== undefined)
      await runs.keep(connection, run.id, context.outcome, (await runs.get(connection, run.id))?.place);
    await trouble(parts, connection, error.outcome, run, context.outcome);
    return run && (await runs.get(connection, run.id));
  }
}

async function contextOf(parts: PullParts, connection: ScimConnection<'source'>, wire: Wire): Promise<PullContext> {
  const { mapping } = connection.settings;
  const { links, pulls, journal, now } = parts;
  return {
    connection,
    rules: {
      user: checkMapping('user', mapping.user, 'there').rules,
      group: checkMapping('group', mapping.group, 'there').rules,
    },
    wire,
    door: await parts.door(connection),
    links,
    pulls,
    journal,
    outcome: { counts: noCounts(), problems: [] },
    now,
  };
}

/** The reading to go on with, or one that is due by now. */
async function runFor(parts: PullParts, connection: ScimConnection<'source'>): Promise<ScimRun | undefined> {
  const { runs, pulls, now } = parts;
  const open = await runs.openReading(connection);
  const state = await pulls.state(connection);
  const due = dueKind(state, connection, now());
  if (open === undefined) {
    const asked = (await pulls.leaving(connection, 1, true)).length;
    return due === undefined && asked === 0
      ? undefined
      : runs.begin(connection, { kind: due ?? 'pull', askedBy: 'schedule' });
  }
  const old = open.beganAt.getTime() < now().getTime() - DAY_SECONDS * 1000;
  if (old && open.state === 'running') {
    await runs.end(connection, open.id, 'failed', open.outcome, 'was not over after a day');
    return runs.begin(connection, { kind: 'pull', askedBy: open.askedBy });
  }
  // A delta that has nothing to begin from is a whole reading.
  const kind: ScimRunKind = open.state === 'asked' && due === 'pull' ? 'pull' : open.kind;
  if (open.state === 'asked') await runs.started(connection, open.id, { kind });
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

async function reading(parts: PullParts, context: PullContext, run: ScimRun, goOn: () => Promise<void>): Promise<void> {
  const { connection } = context;
  const { pulls, runs, now } = parts;
  const { watermark } = await pulls.state(connection);
  const config = classify(await context.wire.send({ method: 'GET', path: '/ServiceProviderConfig' }), now());
  if (config.kind === 'retry' || config.kind === 'pause' || config.kind === 'quarantine') throw new TaskFailure(config);
  const { pageSize } = connection.settings;
  const traits = sourceTraits(config.kind === 'ok' ? config.body : undefined);
  const since = watermark && new Date(watermark.getTime() - overlapSeconds * 1000);
  const base = { wire: context.wire, traits, pageSize, now };
  const filter = run.kind === 'delta' && since ? `meta.lastModified gt "${since.toISOString()}"` : undefined;
  let met: Met;
  try {
    met = await readAll(context, { run, runs, reading: { ...base, filter }, goOn });
  } catch (error) {
    if (!(error instanceof TaskFailure) || !mayBeginAnew(error.outcome, run, filter)) throw error;
    // It takes no such filter, or not this cursor any more: everything from the beginning.
    await runs.started(connection, run.id, { kind: 'pull' });
    const whole: ScimRun = { ...run, kind: 'pull', place: undefined };
    met = await readAll(context, { run: whole, runs, reading: { ...base, filter: undefined }, goOn });
    run.kind = 'pull';
  }
  await finish(parts, context, run, met);
}

const mayBeginAnew = ({ kind }: Failure, run: ScimRun, filter: string | undefined): boolean =>
  (kind === 'refused' || kind === 'unsupported') && (filter !== undefined || run.place !== undefined);

async function finish(parts: PullParts, context: PullContext, run: ScimRun, met: Met): Promise<void> {
  const { connection, outcome } = context;
  const { pulls, runs } = parts;
  const full = run.kind === 'pull';
  if (isSick({ writes: outcome.counts.read, refused: failedCount(outcome.counts) })) {
    const why = `${failedCount(outcome.counts)} of ${outcome.counts.read} resources cannot be taken over`;
    await runs.end(connection, run.id, 'failed', outcome, why);
    return quarantine(parts, connection, why);
  }
  if (full && met.whole) await absent(context, run);
  await letLeave(context, { allowedOnly: false });
  if (full) await pulls.forgetSeen(connection, run.id);
  const why = full && !met.whole ? 'the list was shorter than it said: nobody counts as absent' : undefined;
  await pulls.pulled(connection, { full, watermark: met.watermark });
  await runs.end(connection, run.id, 'done', outcome, why);
  await parts.pace.told(connection, 'ok');
}

/** Whom a whole reading did not meet is leaving. */
async function absent({ connection, pulls }: PullContext, run: ScimRun): Promise<void> {
  if (connection.settings.absent === 'none') return;
  for (;;) {
    const links = await pulls.unseen(connection, run.id, BATCH);
    if (links.length === 0) return;
    await pulls.leave(connection, links);
  }
}

/** What a failure means for the connection; a reading that may go on stays open. */
async function trouble(
  parts: PullParts,
  connection: ScimConnection<'source'>,
  failure: Failure,
  run: ScimRun | undefined,
  outcome: RunOutcome,
): Promise<void> {
  const { pace, runs, now, random } = parts;
  const later = (seconds: number) => new Date(now().getTime() + seconds * 1000);
  if (failure.kind === 'quarantine') {
    if (run !== undefined) await runs.end(connection, run.id, 'failed', outcome, failure.why);
    return quarantine(parts, connection, failure.why);
  }
  if (connection.state === 'quarantined') return pace.pause(connection, later(DAY_SECONDS));
  if (failure.kind === 'pause') return pace.pause(connection, later(failure.seconds ?? usualPauseSeconds));
  const { failures } = await pace.told(connection, 'failed');
  await pace.pause(connection, later(Math.max(1, openSeconds(failures + 3, random()))));
}

/** Nothing is asked for a day; then one reading is tried, and one that succeeds ends the quarantine. */
async function quarantine(parts: PullParts, connection: ScimConnection, why: string): Promise<void> {
  await parts.pace.pause(connection, new Date(parts.now().getTime() + DAY_SECONDS * 1000));
  if (connection.state !== 'quarantined') await parts.move(connection, 'quarantined', why);
}
