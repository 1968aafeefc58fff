import { classify } from '../answer/classify.ts';
import type { ScimConnection } from '../connection/model.ts';
import { listedIn, type ResourceKind, type ScimResource, withMembers } from '../plan/resource.ts';
import { type ChangeRow, changeRows } from '../plan/rows.ts';
import type { ScimRecord } from '../server/ports.ts';
import { pathOf, TaskFailure } from '../work/context.ts';
import { localIdsOf } from './apply.ts';
import { applyOne } from './apply-one.ts';
import type { Done, PullContext } from './context.ts';
import { dryDoor } from './dry.ts';
import { mapped } from './mapped.ts';
import { namedQuery, type RemoteResource } from './pages.ts';
import type { PulledResource, PullTransaction } from './ports.ts';
import { contextOf, type PullParts } from './pull.ts';
import { readOne } from './read-one.ts';
import { type Reason, reasonOf } from './unfit.ts';

/** What a reading would do about one resource of a source. */
export interface PullPreview {
  /** Its id there. */
  remoteId: string;
  end: { kind: 'done'; done: Done; leaves: boolean } | ({ kind: 'left out' } & Reason);
  /** How the person or group here would change; members by their ids here. */
  changes: ChangeRow[];
}

type Seen = { before?: ScimResource; after?: ScimResource; members?: PulledResource['members'] };

/**
 * Reads the resource of this name (userName, displayName) or id there, and does what a reading would do, in a transaction
 * that is rolled back: the same code decides. Nothing is written on either side. Undefined when there is no such resource
 * there. Errors: TaskFailure when the source does not answer.
 */
export async function previewPull(
  parts: PullParts,
  connection: ScimConnection<'source'>,
  { kind, name }: { kind: ResourceKind; name: string },
  signal: AbortSignal,
): Promise<PullPreview | undefined> {
  const context = await contextOf(parts, connection, signal, async () => {});
  const remote = await named(context, kind, name);
  if (remote === undefined) return undefined;
  const seen: Seen = {};
  const ended = async (): Promise<PullPreview['end']> => {
    try {
      const wanted = mapped(context, kind, remote, await localIdsOf(context, kind, [remote]));
      const known = (await context.links.byRemoteIds(connection, kind, [remote.id])).get(remote.id);
      const { done, leaves } = await dryDoor(context.door).transaction((transaction) =>
        applyOne(context, watched(transaction, seen), kind, remote, wanted, known),
      );
      return { kind: 'done', done, leaves };
    } catch (error) {
      return { kind: 'left out', ...reasonOf(error) };
    }
  };
  const end = await ended();
  return { remoteId: remote.id, end, changes: changesIn(seen) };
}

function watched(transaction: PullTransaction, seen: Seen): PullTransaction {
  return {
    ...transaction,
    async find(subject) {
      const record = await transaction.find(subject);
      if (record !== undefined) seen.before = seen.after = viewOf(record);
      return record;
    },
    async create(kind, wanted) {
      const record = await transaction.create(kind, wanted);
      Object.assign(seen, { after: viewOf(record), members: wanted.members });
      return record;
    },
    async change(kind, record, wanted) {
      const after = await transaction.change(kind, record, wanted);
      Object.assign(seen, { after: viewOf(after), members: wanted.members });
      return after;
    },
  };
}

function changesIn({ before = {}, after = {}, members = { add: [], remove: [] } }: Seen): ChangeRow[] {
  return [...changeRows(before, after), ...changeRows(withMembers({}, members.remove), withMembers({}, members.add))];
}

const viewOf = ({ data, externalId }: ScimRecord): ScimResource => ({
  ...(structuredClone(data) as ScimResource),
  ...(externalId !== undefined && { externalId }),
});

/** By name first: an id there may be called like somebody else's name. */
async function named(context: PullContext, kind: ResourceKind, name: string): Promise<RemoteResource | undefined> {
  const attribute = kind === 'user' ? 'userName' : 'displayName';
  const filter = `${attribute} eq ${JSON.stringify(name)}`;
  const query = { filter, count: '2', ...namedQuery(context.connection.profile, kind) };
  const search = await context.wire.send({ method: 'GET', path: pathOf(kind), query });
  const outcome = classify(search, context.now());
  if (outcome.kind !== 'ok') throw new TaskFailure(outcome);
  const same = (each: ScimResource): each is RemoteResource =>
    typeof each.id === 'string' && String(each[attribute] ?? '').toLowerCase() === name.toLowerCase();
  const found = listedIn(outcome.body)?.find(same);
  if (found !== undefined) return found;
  return readOne(context, kind, name);
}
