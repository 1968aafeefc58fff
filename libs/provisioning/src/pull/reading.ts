import { classify, type Failure } from '../answer/classify.ts';
import { isSick } from '../answer/health.ts';
import { resourceKinds } from '../plan/resource.ts';
import { noCounts, type ScimRun } from '../run/model.ts';
import type { RunStore } from '../run/ports.ts';
import { TaskFailure } from '../work/context.ts';
import type { PullContext } from './context.ts';
import { letLeave } from './leave.ts';
import { type Reading, sourceTraits } from './pages.ts';
import { type Met, readAll } from './read.ts';

/** What a delta reads again, for clocks that differ and changes that were not visible yet. */
const overlapSeconds = 300;

/**
 * One reading of a source from where it stands to its end: pages, then who is absent, then who leaves. What is refused or
 * cannot be asked for in part is read as a whole. Errors: TaskFailure; the run stays open then.
 */
export async function readSource(context: PullContext, run: ScimRun, runs: RunStore): Promise<void> {
  const { connection, pulls, outcome } = context;
  const { watermark } = await pulls.state(connection);
  const base = await readingOf(context);
  const since = watermark && new Date(watermark.getTime() - overlapSeconds * 1000);
  const filter = run.kind === 'delta' && since ? `meta.lastModified gt "${since.toISOString()}"` : undefined;
  const check = () => throwIfSick(context);
  let read = run;
  let met: Met;
  try {
    met = await readAll(context, { run, runs, reading: { ...base, filter }, check });
  } catch (error) {
    if (!(error instanceof TaskFailure) || !mayBeginAnew(error.outcome, run, filter)) throw error;
    // It takes no such filter, or not this cursor any more: everything from the beginning.
    await runs.started(connection, run.id, { kind: 'pull' });
    await pulls.forgetSeen(connection, run.id);
    read = { ...run, kind: 'pull', place: undefined };
    outcome.counts = noCounts();
    outcome.problems = [];
    met = await readAll(context, { run: read, runs, reading: base, check });
  }
  const full = read.kind === 'pull';
  const isAsked = full && connection.settings.absent === 'disable';
  for (const kind of isAsked ? resourceKinds : []) {
    if (met.whole[kind]) await pulls.leaveUnseen(connection, run.id, kind);
  }
  await letLeave(context, { allowedOnly: false });
  if (full && met.whole.user && (met.whole.group || !connection.settings.groups)) {
    await pulls.forgetAsked(connection, run.id);
  }
  await pulls.forgetSeen(connection, run.id);
  await pulls.pulled(connection, { full, watermark: met.watermark });
  const isShort = full && !met.whole.user;
  const why = isShort ? 'the list of people was empty or shorter than it said: nobody counts as absent' : undefined;
  await runs.end(connection, run.id, 'done', outcome, why);
}

/** Everything of the source, in the way that it announces. Errors: TaskFailure when it does not answer. */
export async function readingOf({ connection, wire, now }: PullContext): Promise<Reading> {
  const config = classify(await wire.send({ method: 'GET', path: '/ServiceProviderConfig' }), now());
  if (config.kind === 'retry' || config.kind === 'pause' || config.kind === 'quarantine') throw new TaskFailure(config);
  const traits = sourceTraits(config.kind === 'ok' ? config.body : undefined);
  const { profile, settings } = connection;
  return { wire, profile, traits, pageSize: settings.pageSize, filter: undefined, now };
}

const mayBeginAnew = ({ kind }: Failure, run: ScimRun, filter: string | undefined): boolean =>
  (kind === 'refused' || kind === 'unsupported') && (filter !== undefined || run.place !== undefined);

/** What single people cannot help, such as names that are taken, says nothing of the source. */
function throwIfSick({ outcome: { counts } }: PullContext): void {
  const unreadable = counts.failed.data ?? 0;
  if (!isSick({ writes: counts.read, refused: unreadable })) return;
  const why = `${unreadable} of ${counts.read} resources cannot be read as the mapping wants them`;
  throw new TaskFailure({ kind: 'quarantine', failure: 'data', why });
}
