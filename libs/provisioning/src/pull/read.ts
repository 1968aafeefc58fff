import type { ResourceKind } from '../plan/resource.ts';
import type { RunPlace, ScimRun } from '../run/model.ts';
import type { RunStore } from '../run/ports.ts';
import { TaskFailure } from '../work/context.ts';
import { applyAll } from './apply.ts';
import type { PullContext } from './context.ts';
import { firstPlace, modifiedAt, type Page, type Reading, type RemoteResource, readPage } from './pages.ts';
import { readOne } from './read-one.ts';

const BATCH = 500;

export interface ReadOptions {
  run: ScimRun;
  runs: RunStore;
  reading: Reading;
  /** Throws when the reading has to end: its lease is lost, or the worker stops. */
  goOn(): Promise<void>;
}

/** What a reading met. */
export interface Met {
  /** Greatest `meta.lastModified`. */
  watermark: Date | undefined;
  /** Every resource that the other side says it has was met: only then is anybody absent. */
  whole: boolean;
}

/**
 * Reads people, then groups, page by page, and makes what is here so. Where it is stands in the run after each page, and a
 * reading that was cut off goes on there. One page is in memory at a time. Errors: TaskFailure.
 */
export async function readAll(context: PullContext, options: ReadOptions): Promise<Met> {
  const { connection, pulls } = context;
  const { run } = options;
  let place: RunPlace = run.place ?? firstPlace('user');
  let whole = true;
  for (const kind of kindsFrom(place.kind, connection.settings.groups)) {
    if (place.kind !== kind) {
      place = { kind, ...(place.watermark !== undefined && { watermark: place.watermark }) };
    }
    const { total, watermark } = await readKind(context, options, place);
    place = { kind, ...(watermark !== undefined && { watermark }) };
    if (run.kind === 'pull') whole &&= (await pulls.see(connection, run.id, kind, [])) >= (total ?? 0);
  }
  await readWaiting(context, options);
  return { watermark: place.watermark === undefined ? undefined : new Date(place.watermark), whole };
}

const kindsFrom = (kind: ResourceKind, groups: boolean): ResourceKind[] => [
  ...(kind === 'user' ? (['user'] as const) : []),
  ...(groups ? (['group'] as const) : []),
];

async function readKind(
  context: PullContext,
  { run, runs, reading, goOn }: ReadOptions,
  from: RunPlace,
): Promise<{ total: number | undefined; watermark: string | undefined }> {
  const { connection, pulls, outcome } = context;
  let place = from;
  let before: string | undefined;
  for (;;) {
    await goOn();
    const page: Page = await readPage(reading, place);
    const ids = page.resources.map(({ id }) => id);
    const print = ids.join('\n');
    if (print !== '' && print === before) {
      throw new TaskFailure({ kind: 'retry', failure: 'not_scim', why: 'gave the same page twice' });
    }
    before = print;
    if (run.kind === 'pull') await pulls.see(connection, run.id, place.kind, ids);
    const { stays, leaves } = await applyAll(context, place.kind, page.resources);
    if (stays.length > 0) await pulls.settled(connection, stays);
    if (leaves.length > 0) await pulls.leave(connection, leaves);
    const watermark = greatest(place.watermark, page.resources);
    if (page.total !== undefined) outcome.total = page.total;
    if (page.next === undefined) return { total: page.total, watermark };
    place = { ...page.next, ...(watermark !== undefined && { watermark }) };
    await runs.keep(connection, run.id, outcome, place);
  }
}

/** Whose manager or member came after them is read once more. */
async function readWaiting(context: PullContext, { goOn }: ReadOptions): Promise<void> {
  const { connection, pulls, wire, now } = context;
  for (const link of await pulls.waiting(connection, BATCH)) {
    await goOn();
    const remote = await readOne(wire, link.kind, link.remoteId ?? '', now());
    if (remote !== undefined) await applyAll(context, link.kind, [remote]);
  }
}

function greatest(known: string | undefined, resources: readonly RemoteResource[]): string | undefined {
  const times = resources.flatMap((resource) => modifiedAt(resource)?.getTime() ?? []);
  if (known !== undefined) times.push(Date.parse(known));
  return times.length === 0 ? undefined : new Date(times.reduce((a, b) => Math.max(a, b))).toISOString();
}
