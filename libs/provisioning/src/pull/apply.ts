import { ScimError } from '@sparekey/scim';
import { EvaluationError } from '../expression/evaluate.ts';
import { diff } from '../plan/diff.ts';
import { canonical, membersOf, type ResourceKind, type ScimResource, sameJson, withMembers } from '../plan/resource.ts';
import type { ScimRecord } from '../server/ports.ts';
import type { ScimLink, Subject } from '../work/ports.ts';
import { failed, type PullContext, record } from './context.ts';
import { type Mapped, mapped, merged, referredTo } from './mapped.ts';
import type { RemoteResource } from './pages.ts';
import type { PulledResource } from './ports.ts';

/** Why one resource of a source is left out; the others go on. */
class Unfit extends Error {
  readonly failure: string;

  constructor(failure: string, why: string) {
    super(why);
    this.failure = failure;
  }
}

export interface Applied {
  /** Who is here, enabled or not, and does not have to leave. */
  stays: Subject[];
  /** Who is not active there any more, and still is here. */
  leaves: Subject[];
}

/**
 * Makes people or groups here what a page of the source says. Nobody is disabled here: who has to be is told, so that the
 * brake can look at all of them. It may be cut off anywhere and done again. What one resource has wrong stops no other.
 */
export async function applyAll(
  context: PullContext,
  kind: ResourceKind,
  resources: readonly RemoteResource[],
): Promise<Applied> {
  const { connection, links, pulls, outcome } = context;
  const ids = resources.map(({ id }) => id);
  const known = await links.byRemoteIds(connection, kind, ids);
  const ours = await pulls.writtenByUs(connection, kind, ids);
  const applied: Applied = { stays: [], leaves: [] };
  for (const remote of resources) {
    outcome.counts.read += 1;
    const link = known.get(remote.id);
    if (link === undefined && ours.has(remote.id)) {
      outcome.counts.unchanged += 1;
      continue;
    }
    try {
      const end = await applyOne(context, kind, remote, link);
      if (end !== undefined) applied[end.leaves ? 'leaves' : 'stays'].push(end.subject);
    } catch (error) {
      failed(context, kind, remote.id, reasonOf(error));
    }
  }
  return applied;
}

/** What is wrong with a resource; anything else is an outage or a bug of ours, and ends the reading. */
function reasonOf(error: unknown): { failure: string; why: string } {
  if (error instanceof Unfit) return { failure: error.failure, why: error.message };
  if (error instanceof EvaluationError) return { failure: 'data', why: error.message };
  if (error instanceof ScimError) {
    return { failure: error.status === 409 ? 'conflict' : 'data', why: error.message };
  }
  throw error;
}

async function localIdsOf(
  context: PullContext,
  kind: ResourceKind,
  remote: ScimResource,
): Promise<Map<string, string>> {
  const { connection, links, rules } = context;
  const references = referredTo(kind, rules[kind], remote);
  const kinds: readonly ResourceKind[] = kind === 'user' ? ['user'] : ['user', 'group'];
  const found = new Map<string, string>();
  for (const each of references.length === 0 ? [] : kinds) {
    for (const [remoteId, { localId }] of await links.byRemoteIds(connection, each, references)) {
      found.set(remoteId, localId);
    }
  }
  return found;
}

/** Everything of a link but whom it links; `sent` is what the source decided last, `etag` the version here after it. */
function linkOf(
  subject: Subject,
  remoteId: string,
  decided: ScimResource,
  after: ScimRecord,
  waitsFor: string[],
): ScimLink {
  const active = subject.kind === 'group' || after.data.active !== false;
  return { ...subject, remoteId, sent: decided, etag: String(after.version), active, waitsFor, disabledAt: undefined };
}

export async function applyOne(
  context: PullContext,
  kind: ResourceKind,
  remote: RemoteResource,
  known: ScimLink | undefined,
): Promise<{ subject: Subject; leaves: boolean } | undefined> {
  const { connection, door, links, rules } = context;
  const localIds = await localIdsOf(context, kind, remote);
  const wanted = mapped(kind, rules[kind], remote, localIds);
  const members = kind === 'group' ? membersOf(remote).flatMap((id) => localIds.get(id) ?? []) : undefined;
  const waitsFor = kind === 'group' ? membersOf(remote).filter((id) => !localIds.has(id)) : wanted.waitsFor;
  const decided = canonical(members === undefined ? wanted.always : withMembers(wanted.always, members));
  const found = await whoIs(context, kind, remote, wanted, known);
  if (found === 'asking') return undefined;
  if (found === undefined) {
    const made = await door.create(kind, resourceOf(wanted.create, members));
    const subject = { kind, localId: made.id };
    await links.save(connection, linkOf(subject, remote.id, decided, made, waitsFor));
    await record(context, { ...subject, remoteId: remote.id, action: 'created' });
    return { subject, leaves: false };
  }
  const subject = { kind, localId: found.id };
  const former = known?.sent ?? {};
  const leaves = kind === 'user' && decided.active === false && found.data.active !== false;
  // Who was switched off here stays off until the other side itself has said no and then yes again.
  const heldHere = kind === 'user' && known?.active === true && found.data.active === false && former.active !== false;
  const isSame =
    known !== undefined &&
    known.etag === String(found.version) &&
    sameJson(former, leaves ? { ...decided, active: true } : decided) &&
    known.waitsFor.join(' ') === waitsFor.join(' ') &&
    found.isOwned;
  if (isSame) {
    context.outcome.counts.unchanged += 1;
    return { subject, leaves };
  }
  const kept: ScimResource = leaves || heldHere ? { ...decided, active: found.data.active !== false } : decided;
  const after = await door.change(subject, (current) => changeOf(kind, current, kept, former, members));
  if (after === undefined) throw new Unfit('protected', 'is out of reach of this connection');
  const link = linkOf(subject, remote.id, leaves ? { ...decided, active: true } : decided, after, waitsFor);
  // Held here, it counts as active still: what is written down is the word of the other side.
  await links.save(connection, heldHere ? { ...link, active: true } : link);
  if (known === undefined) await record(context, { ...subject, remoteId: remote.id, action: 'adopted' });
  else if (after.version === found.version) context.outcome.counts.unchanged += 1;
  else {
    const attributes = [...new Set(diff(former, decided).map(nameOf))];
    await record(context, { ...subject, remoteId: remote.id, action: 'updated', attributes });
  }
  return { subject, leaves };
}

const nameOf = (change: ReturnType<typeof diff>[number]): string =>
  change.kind === 'members' ? 'members' : change.path.join('.');

function resourceOf(decided: ScimResource, members: readonly string[] | undefined): PulledResource {
  const { externalId, members: _members, ...data } = decided;
  return { data, ...(typeof externalId === 'string' && { externalId }), ...(members && { members }) };
}

function changeOf(
  kind: ResourceKind,
  current: ScimRecord,
  decided: ScimResource,
  former: ScimResource,
  members: readonly string[] | undefined,
): PulledResource | undefined {
  const data = merged(kind, structuredClone(current.data) as ScimResource, decided, former);
  const wanted = { ...resourceOf(decided, members), data };
  const same =
    sameJson(data, structuredClone(current.data) as ScimResource) && wanted.externalId === current.externalId;
  return same && current.isOwned && members === undefined ? undefined : wanted;
}

/**
 * Who here is meant: by the link, else by what the mapping matches. Nobody who is out of reach is, whatever they are
 * called: an administrator, and whom another directory owns.
 */
async function whoIs(
  context: PullContext,
  kind: ResourceKind,
  remote: RemoteResource,
  { matches }: Mapped,
  known: ScimLink | undefined,
): Promise<ScimRecord | 'asking' | undefined> {
  const { connection, door, links } = context;
  if (known !== undefined) {
    const found = await door.read(known);
    if (found !== undefined) return found;
    if (await door.exists(known))
      throw new Unfit('protected', 'is an administrator here by now, or of another directory');
    await links.remove(connection, known);
  }
  for (const { attribute, value } of matches) {
    const having = await door.having(kind, attribute, value);
    if (having.length > 1) throw new Unfit('conflict', `several ${kind}s here have this ${attribute}`);
    const [found] = having;
    if (found !== undefined) return mayTake(context, kind, remote, found);
  }
  return undefined;
}

async function mayTake(
  context: PullContext,
  kind: ResourceKind,
  remote: RemoteResource,
  found: ScimRecord,
): Promise<ScimRecord | 'asking'> {
  const { connection, links, pulls } = context;
  const subject = { kind, localId: found.id };
  const link = await links.get(connection, subject);
  if (link?.remoteId !== undefined && link.remoteId !== remote.id) {
    throw new Unfit('conflict', `is the same ${kind} here as ${link.remoteId}`.slice(0, 300));
  }
  if (found.isOwned) return found;
  const { correlate } = connection.settings;
  if (correlate === 'refuse') throw new Unfit('conflict', `a ${kind} of this name is here already`);
  if (correlate === 'ask') {
    const why = `may the ${kind} ${remote.id} of the other side take it over?`;
    if (!(await pulls.mayAdopt(connection, subject, why))) {
      await record(context, { ...subject, remoteId: remote.id, action: 'asked', why: why.slice(0, 500) });
      return 'asking';
    }
  }
  return found;
}
