import { type ResourceKind, resourceKinds, sameJson } from '../plan/resource.ts';
import type { ScimLink, Subject } from '../work/ports.ts';
import { type Applied, applyOne } from './apply-one.ts';
import { failed, type PullContext } from './context.ts';
import { type LocalIds, type Mapped, mapped, referredTo } from './mapped.ts';
import type { RemoteResource } from './pages.ts';
import { reasonOf } from './unfit.ts';

export interface PageApplied {
  /** Who is here, enabled or not, and does not have to leave. */
  stays: Subject[];
  /** Who is not active there any more, and still is here. */
  leaves: Subject[];
}

/**
 * Makes people or groups here what a page of the source says, one transaction for each that changes and none for the
 * others. It may be cut off anywhere and done again. What one resource has wrong stops no other.
 */
export async function applyAll(
  context: PullContext,
  kind: ResourceKind,
  resources: readonly RemoteResource[],
): Promise<PageApplied> {
  const { connection, door, links, pulls, outcome } = context;
  const ids = resources.map(({ id }) => id);
  const known = await links.byRemoteIds(connection, kind, ids);
  const ours = await pulls.writtenByUs(connection, kind, ids);
  const localIds = await localIdsOf(context, kind, resources);
  const versions = await pulls.versions(
    connection,
    kind,
    [...known.values()].map(({ localId }) => localId),
  );
  const applied: PageApplied = { stays: [], leaves: [] };
  for (const remote of resources) {
    await context.goOn();
    outcome.counts.read += 1;
    const link = known.get(remote.id);
    if (link === undefined && ours.has(remote.id)) {
      outcome.counts.unchanged += 1;
      continue;
    }
    try {
      const wanted = mapped(context, kind, remote, localIds);
      const same = link && untouched(link, wanted, versions.get(link.localId));
      const { done, subject, leaves } =
        same ?? (await door.transaction((transaction) => applyOne(context, transaction, kind, remote, wanted, link)));
      outcome.counts[done] += 1;
      if (done !== 'unchanged') context.onTask?.(done === 'asked' ? 'asking' : 'done');
      if (subject !== undefined) applied[leaves ? 'leaves' : 'stays'].push(subject);
    } catch (error) {
      failed(context, kind, remote.id, error);
    }
  }
  return applied;
}

/** Of a resource that says what it said last, about somebody whom nobody else has changed since. */
function untouched(
  { kind, localId, active, sent, etag, waitsFor }: ScimLink,
  { decided, waitsFor: waits }: Mapped,
  version: number | undefined,
): Applied | undefined {
  const leaves = kind === 'user' && active && decided.active === false;
  const isSame =
    version !== undefined &&
    etag === String(version) &&
    (active || decided.active === false) &&
    waitsFor.join('\n') === waits.join('\n') &&
    sameJson(sent, leaves ? { ...decided, active: true } : decided);
  return isSame ? { done: 'unchanged', subject: { kind, localId }, leaves } : undefined;
}

/** Ids here of everybody whom these resources refer to. A resource that cannot be evaluated fails later, by itself. */
export async function localIdsOf(
  { connection, pulls, rules }: PullContext,
  kind: ResourceKind,
  resources: readonly RemoteResource[],
): Promise<LocalIds> {
  const references = new Set<string>();
  for (const remote of resources) {
    try {
      for (const id of referredTo(kind, rules[kind], remote)) references.add(id);
    } catch (error) {
      reasonOf(error);
    }
  }
  const found = { user: new Map<string, string>(), group: new Map<string, string>() };
  if (references.size === 0) return found;
  for (const each of kind === 'user' ? (['user'] as const) : resourceKinds) {
    found[each] = await pulls.localIds(connection, each, [...references]);
  }
  return found;
}
