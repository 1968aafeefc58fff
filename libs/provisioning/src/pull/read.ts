import type { ScimConnection } from '../connection/model.ts';
import { type ResourceKind, resourceKinds } from '../plan/resource.ts';
import type { RunPlace, ScimRun } from '../run/model.ts';
import type { RunStore } from '../run/ports.ts';
import { TaskFailure } from '../work/context.ts';
import type { Subject } from '../work/ports.ts';
import { applyAll } from './apply.ts';
import type { PullContext } from './context.ts';
import { modifiedAt, type Page, pageOf, type Reading, type RemoteResource } from './pages.ts';
import { readOne } from './read-one.ts';

const BATCH = 500;
/**
 * Planned for tables that are nearly empty, the statements that write somebody (those of foreign keys and triggers too) go
 * through everybody of the realm: after so many the plans are made anew.
 */
const manyCame = [200, 2_000, 20_000, 200_000];

export interface ReadOptions {
  run: ScimRun;
  runs: RunStore;
  reading: Reading;
  /** Throws when so much is refused that going on would only refuse more. */
  check(): void;
}

/** What a reading met. */
export interface Met {
  /** Greatest `meta.lastModified`. */
  watermark: Date | undefined;
  /**
   * Every resource of the kind that the other side says it has was met, and there was one: only then is anybody absent. A
   * list that is short or empty is an accident before it is a farewell.
   */
  whole: Record<ResourceKind, boolean>;
}

/**
 * Reads people, then groups, page by page, and makes what is here so. Where it is stands in the run after each page, and a
 * reading that was cut off goes on there. One page is in memory at a time. Errors: TaskFailure.
 */
export async function readAll(context: PullContext, options: ReadOptions): Promise<Met> {
  const { connection, pulls } = context;
  const { run, runs } = options;
  let place: RunPlace = run.place ?? { kind: 'user' };
  for (const kind of place.isRead ? [] : kindsFrom(connection, place.kind)) {
    if (place.kind !== kind) {
      place = nextKind(place, kind);
      await runs.keep(connection, run.id, context.outcome, place);
    }
    place = await readKind(context, options, place);
  }
  place = { ...place, isRead: true };
  await runs.keep(connection, run.id, context.outcome, place);
  await readWaiting(context);
  const whole = { user: false, group: false };
  for (const kind of run.kind === 'pull' ? resourceKinds : []) {
    const total = place.totals?.[kind];
    const seen = await pulls.seen(connection, run.id, kind);
    whole[kind] = total !== undefined && seen > 0 && seen >= total;
  }
  return { watermark: place.watermark === undefined ? undefined : new Date(place.watermark), whole };
}

/** People come first. */
export const kindsFrom = ({ settings }: ScimConnection<'source'>, kind: ResourceKind = 'user'): ResourceKind[] => [
  ...(kind === 'user' ? (['user'] as const) : []),
  ...(settings.groups ? (['group'] as const) : []),
];

const nextKind = ({ watermark, totals }: RunPlace, kind: ResourceKind): RunPlace => ({
  kind,
  ...(watermark !== undefined && { watermark }),
  ...(totals !== undefined && { totals }),
});

/** Reads all pages of one kind; returns the place of the last. */
async function readKind(context: PullContext, options: ReadOptions, from: RunPlace): Promise<RunPlace> {
  const { connection, pulls, outcome } = context;
  const { run, runs, reading, check } = options;
  let place = from;
  for (;;) {
    await context.goOn();
    const page = await pageOf(reading, place);
    if (page === undefined) return place;
    const had = outcome.counts.created;
    const { stays, leaves } = await applyAll(context, place.kind, page.resources);
    if (manyCame.some((many) => had < many && outcome.counts.created >= many)) await pulls.takeStatistics();
    if (stays.length > 0) await pulls.settled(connection, stays);
    if (leaves.length > 0) await pulls.leave(connection, leaves);
    check();
    // After the page, so that one that is cut off is new when it is read again.
    const ids = page.resources.map(({ id }) => id);
    const fresh = await pulls.see(connection, run.id, place.kind, ids);
    if (ids.length > 0 && fresh === 0) {
      await beginAnew(context, options);
      throw new TaskFailure({ kind: 'retry', failure: 'not_scim', why: `gave a page twice: ${place.kind}s` });
    }
    place = placeAfter(place, page);
    outcome.total = Object.values(place.totals ?? {}).reduce((sum, total) => sum + total, 0);
    if (page.next === undefined) return place;
    await runs.keep(connection, run.id, outcome, place);
  }
}

/** Nothing that was met so far counts: pages that repeat themselves cannot be gone on with. */
async function beginAnew({ connection, pulls, outcome }: PullContext, { run, runs }: ReadOptions): Promise<void> {
  await pulls.forgetSeen(connection, run.id);
  await runs.keep(connection, run.id, outcome, { kind: 'user' });
}

function placeAfter(place: RunPlace, { resources, total, next }: Page): RunPlace {
  const watermark = greatest(place.watermark, resources);
  // The greatest that was told: a total that shrinks on the way is no better than a short list.
  const before = place.totals?.[place.kind] ?? 0;
  const totals = { ...place.totals, ...(total !== undefined && { [place.kind]: Math.max(before, total) }) };
  return { ...(next ?? { kind: place.kind }), totals, ...(watermark !== undefined && { watermark }) };
}

/** Whose manager or member came after them is read once more. */
async function readWaiting(context: PullContext): Promise<void> {
  const { connection, pulls } = context;
  let after: Subject | undefined;
  for (;;) {
    const batch = await pulls.waiting(connection, after, BATCH);
    for (const link of batch) {
      await context.goOn();
      const remote = await readOne(context, link.kind, link.remoteId ?? '');
      if (remote !== undefined) await applyAll(context, link.kind, [remote]);
    }
    after = batch.at(-1);
    if (after === undefined) return;
  }
}

function greatest(known: string | undefined, resources: readonly RemoteResource[]): string | undefined {
  const times = resources.flatMap((resource) => modifiedAt(resource)?.getTime() ?? []);
  if (known !== undefined) times.push(Date.parse(known));
  return times.length === 0 ? undefined : new Date(times.reduce((a, b) => Math.max(a, b))).toISOString();
}
