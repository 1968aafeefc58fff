import { isOfKind, type ScimState } from '../connection/model.ts';
import { connectionFailed } from '../work/connection-health.ts';
import { TaskFailure, type WorkContext } from '../work/context.ts';
import { dry } from '../work/dry.ts';
import { contextOf } from '../work/open.ts';
import type { Subject } from '../work/ports.ts';
import { reconcile } from '../work/reconcile.ts';
import type { WorkerParts } from '../work/worker.ts';
import { driftOf } from './drift.ts';
import { countFindings } from './finding-counts.ts';
import { type RunPlace, type ScimRunKind, surveyable } from './model.ts';
import type { RunStore } from './ports.ts';
import type { AskedSurvey, DriftKind, Finding, SurveyStore, TakenSurvey } from './survey-store.ts';

/** People and groups of one page. */
const PAGE = 1000;
/** After so many it is written down how far the survey is: what a worker that dies loses. */
const STEP = 25;
/** Findings that are kept one by one; all are counted. */
export const mostFindings = 10_000;
/** Times that one person or group is asked for, and the waits between. */
const WAITS_MS = [500, 2000];
/** So many in a row who cannot be read are an outage, and no word on any of them. */
const OUTAGE_AFTER = 5;
/** Before a survey that met an outage is taken up again. */
const OUTAGE_SECONDS = 30;
/** Hours after which a survey that cannot go on is given up. */
const LONGEST_HOURS = 24;
const LEASE_MARGIN_SECONDS = 10;

export interface SurveyParts extends WorkerParts {
  surveys: SurveyStore;
  runs: RunStore;
}

/** The survey cannot go on now: another worker has it, everyone leaves the other side alone, or it is over. */
class CannotGoOn extends Error {
  readonly how: 'lost' | 'rests' | 'over';

  constructor(how: CannotGoOn['how'], why: string) {
    super(why);
    this.how = how;
  }
}

const lost = () => new CannotGoOn('lost', 'another worker has the survey');

/**
 * Looks at everybody of a target, one after the other, in the rhythm that all workers keep together, and writes down what
 * it finds; nothing is written on the other side. It goes on where it was cut off. Safe beside other workers: one has it.
 */
export async function surveyOn(parts: SurveyParts, asked: AskedSurvey, signal: AbortSignal): Promise<void> {
  const connection = await parts.connection(asked.realmId, asked.connectionId);
  if (connection === undefined || !isOfKind(connection, 'target')) return;
  const lease = connection.settings.timeoutSeconds + LEASE_MARGIN_SECONDS;
  const taken = await parts.surveys.take(asked, lease);
  if (taken === undefined) return;
  const { run } = taken;
  const end = (why: string) => parts.runs.end(connection, run.id, 'failed', run.outcome, why);
  if (parts.now().getTime() - run.beganAt.getTime() > LONGEST_HOURS * 3_600_000) {
    return end(`the other side could not be asked for ${LONGEST_HOURS} hours`);
  }
  try {
    const mayGoOn = goingOn(parts, taken, lease);
    await mayGoOn();
    const context = await contextOf(parts, connection, signal);
    await walk(parts, paced(parts, context, mayGoOn, signal), taken, signal);
  } catch (error) {
    if (error instanceof CannotGoOn) {
      if (error.how === 'over') await end(error.message);
      if (error.how === 'rests') await parts.surveys.release(taken, 0);
      return;
    }
    if (signal.aborted) return parts.surveys.release(taken, 0);
    if (!(error instanceof TaskFailure)) throw error;
    const { outcome } = error;
    // Nothing is made of a paused connection but what its operator says.
    if (connection.state === 'active') await connectionFailed(parts, connection, outcome);
    if (outcome.kind === 'quarantine') return end(outcome.why);
    const wait = outcome.kind === 'pause' ? (outcome.seconds ?? OUTAGE_SECONDS) : OUTAGE_SECONDS;
    await parts.surveys.release(taken, wait);
  }
}

/** Asked before every request: keeps the survey, and rejects when it may not go on. */
function goingOn({ surveys }: SurveyParts, taken: TakenSurvey, lease: number): () => Promise<void> {
  const states: readonly ScimState[] = taken.run.kind === 'drift' ? surveyable.drift : surveyable.preview;
  return async () => {
    const kept = await surveys.renew(taken, lease);
    if (kept === undefined) throw lost();
    if (!states.includes(kept.state)) throw new CannotGoOn('over', `the connection is ${kept.state}`);
    if (kept.isResting) throw new CannotGoOn('rests', 'nobody may ask the other side anything');
  };
}

/** Requests in the rhythm that all workers keep together. What is decided of the brake stands: nothing is undone meanwhile. */
function paced(
  { pace, wait }: SurveyParts,
  context: WorkContext,
  mayGoOn: () => Promise<void>,
  signal: AbortSignal,
): WorkContext {
  const { connection, wire } = context;
  let passes: Promise<boolean> | undefined;
  return {
    ...context,
    mayDeprovision() {
      passes ??= context.mayDeprovision();
      return passes;
    },
    wire: {
      async send(request) {
        const seconds = await pace.takeToken(connection, connection.settings.requestsPerSecond);
        if (seconds > 0) await wait(seconds * 1000, signal);
        await mayGoOn();
        return signal.aborted ? { failed: 'network', why: 'the worker stops' } : wire.send(request);
      },
    },
  };
}

async function walk(parts: SurveyParts, context: WorkContext, taken: TakenSurvey, signal: AbortSignal): Promise<void> {
  const { surveys } = parts;
  const { connection } = context;
  const { run } = taken;
  const { outcome } = run;
  outcome.total ??= await surveys.total(connection);
  let place = run.place;
  for (;;) {
    const page = await surveys.subjects(connection, subjectAt(place), PAGE);
    for (let at = 0; at < page.length; at += STEP) {
      const step = page.slice(at, at + STEP);
      const findings = await lookedAt(parts, context, run.kind, step, signal);
      const found = outcome.counts.read - outcome.counts.unchanged;
      countFindings(outcome, step.length, findings);
      const last = step.at(-1);
      place = last && { kind: last.kind, cursor: last.localId };
      const repairs = run.repairs ? findings.filter(({ what }) => repairable.has(what)) : [];
      const kept = findings.slice(0, Math.max(0, mostFindings - found));
      if (!(await surveys.keep(connection, taken, { outcome, place, findings: kept, repairs }))) {
        throw lost();
      }
    }
    if (page.length < PAGE) return surveys.walked(taken);
  }
}

const subjectAt = (place: RunPlace | undefined): Subject | undefined =>
  place?.cursor === undefined ? undefined : { kind: place.kind, localId: place.cursor };

/** Who is not linked is looked at by a task anyway. */
const repairable: ReadonlySet<string> = new Set<DriftKind>(['differs', 'missing', 'lingers']);

async function lookedAt(
  parts: SurveyParts,
  context: WorkContext,
  kind: ScimRunKind,
  step: readonly Subject[],
  signal: AbortSignal,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  let unread = 0;
  for (const subject of step) {
    const found = await patiently(parts, signal, () =>
      kind === 'drift' ? driftOf(context, subject) : previewed(context, subject),
    );
    if (!(found instanceof TaskFailure)) {
      unread = 0;
      if (found !== undefined) findings.push(found);
      continue;
    }
    const { outcome } = found;
    unread = outcome.kind === 'retry' ? unread + 1 : 0;
    if (outcome.kind === 'quarantine' || outcome.kind === 'pause' || unread >= OUTAGE_AFTER) throw found;
    findings.push({ ...subject, what: 'failed', attributes: [], failure: outcome.failure, why: outcome.why });
  }
  return findings;
}

/** Asks again what failed for now. Rejects when the worker stops: then nothing is known. */
async function patiently(
  { wait }: SurveyParts,
  signal: AbortSignal,
  look: () => Promise<Finding | undefined>,
): Promise<Finding | undefined | TaskFailure> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await look();
    } catch (error) {
      if (signal.aborted || !(error instanceof TaskFailure)) throw error;
      const ms = WAITS_MS[tries];
      if (error.outcome.kind !== 'retry' || ms === undefined) return error;
      await wait(ms, signal);
    }
  }
}

/** What the worker would do, by the worker's own code; what it holds or asks about is held and asked about here too. */
async function previewed(context: WorkContext, subject: Subject): Promise<Finding | undefined> {
  const end = await reconcile(dry(context).context, subject, { allowed: false });
  if (end.kind !== 'done') {
    return { ...subject, what: end.kind === 'staged' ? 'staged' : 'asked', attributes: [], why: end.why };
  }
  const [event] = end.events;
  return (
    event && {
      ...subject,
      what: event.action,
      remoteId: event.remoteId,
      attributes: event.attributes ?? [],
      why: event.why,
    }
  );
}
