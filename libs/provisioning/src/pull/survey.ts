import { mayPass } from '../answer/health.ts';
import { isOfKind, type ScimConnection } from '../connection/model.ts';
import { type RunPlace, surveyable } from '../run/model.ts';
import type { AskedSurvey, SurveyStore, TakenSurvey } from '../run/survey-store.ts';
import { TaskFailure } from '../work/context.ts';
import { applyAll } from './apply.ts';
import type { PullContext } from './context.ts';
import { dryDoor } from './dry.ts';
import { type Page, pageOf } from './pages.ts';
import { contextOf, type PullParts } from './pull.ts';
import { kindsFrom } from './read.ts';
import { readingOf } from './reading.ts';

/** Beyond the time of one request: what a page takes. */
const leaseMarginSeconds = 60;

const goesInCircles = () =>
  new TaskFailure({ kind: 'retry', failure: 'not_scim', why: 'gave a cursor again: its list has no end' });

/** Another worker has it, or this one stops: it is begun anew. */
class CutOff extends Error {}

/**
 * Reads a source as a whole and finds out what a reading would do, with nothing written on either side: everybody in a
 * transaction of their own that is rolled back, the brake asked in the end. Who refers to somebody who would only come to be
 * here counts without the reference. One worker has it; cut off, it is begun anew.
 */
export async function surveySource(
  parts: PullParts & { surveys: SurveyStore },
  asked: AskedSurvey,
  signal: AbortSignal,
): Promise<void> {
  const { surveys, runs } = parts;
  const connection = await parts.connection(asked.realmId, asked.connectionId);
  if (connection === undefined || !isOfKind(connection, 'source')) return;
  const seconds = connection.settings.timeoutSeconds + leaseMarginSeconds;
  const taken = await surveys.take(asked, seconds);
  if (taken === undefined) return;
  const { run } = taken;
  if (!surveyable.preview.includes(connection.state)) {
    return runs.end(connection, run.id, 'failed', run.outcome, `the connection is ${connection.state}`);
  }
  const goOn = async () => {
    if (signal.aborted || !(await surveys.renew(taken, seconds))) throw new CutOff('cut off');
  };
  const context = await contextOf(parts, connection, signal, goOn);
  const dry: PullContext = { ...context, door: dryDoor(context.door), onTask: undefined };
  try {
    await survey(dry, connection, { surveys, taken });
  } catch (error) {
    if (error instanceof CutOff || signal.aborted) return surveys.release(taken, 0);
    if (!(error instanceof TaskFailure)) throw error;
    await runs.end(connection, run.id, 'failed', dry.outcome, error.message);
  }
}

async function survey(
  context: PullContext,
  connection: ScimConnection<'source'>,
  { surveys, taken }: { surveys: SurveyStore; taken: TakenSurvey },
): Promise<void> {
  const { outcome, pulls, links } = context;
  const reading = await readingOf(context);
  const keep = () => surveys.keep(connection, taken, { outcome, place: undefined, findings: [], repairs: [] });
  let leaving = 0;
  for (const kind of kindsFrom(connection)) {
    let [listed, met, said] = [0, 0, 0];
    const before = outcome.total ?? 0;
    const cursors = new Set<string>();
    let place: RunPlace | undefined = { kind };
    while (place !== undefined) {
      const page: Page | undefined = await pageOf(reading, place);
      if (page === undefined) break;
      const { resources, total = 0, next } = page;
      const ids = resources.map(({ id }) => id);
      const known = [...(await links.byRemoteIds(connection, kind, ids)).values()];
      met += known.filter(({ active }) => active).length;
      leaving += (await applyAll(context, kind, resources)).leaves.length;
      listed += resources.length;
      // By cursor the first page may be the only one that tells.
      said = Math.max(said, total, listed);
      outcome.total = before + said;
      await keep();
      if (next?.cursor !== undefined && cursors.size === cursors.add(next.cursor).size) throw goesInCircles();
      place = next;
    }
    // An empty list makes nobody absent.
    if (listed > 0 && connection.settings.absent === 'disable') {
      leaving += (await pulls.activeLinks(connection, kind)) - met;
    }
  }
  const { known, wanted } = await pulls.departures(connection);
  outcome.counts[mayPass(connection.settings.brake, wanted + leaving, known) ? 'disabled' : 'staged'] += leaving;
  await keep();
  await surveys.walked(taken);
}
