import type { ResourceKind } from '../plan/resource.ts';
import type { ScimRecord } from '../server/ports.ts';
import type { ScimLink } from '../work/ports.ts';
import type { PullContext } from './context.ts';
import type { Mapped } from './mapped.ts';
import type { RemoteResource } from './pages.ts';
import type { PullTransaction } from './ports.ts';
import { outOfReach, Unfit } from './unfit.ts';

export type Identified =
  | { kind: 'nobody' }
  | { kind: 'found'; record: ScimRecord; link: ScimLink | undefined }
  | { kind: 'asking'; localId: string; isNew: boolean; why: string };

/**
 * Who here is meant: by the link, else by what the mapping matches. Nobody who is out of reach is, whatever they are
 * called: an administrator, and whom another directory owns. Errors: Unfit.
 */
export async function identify(
  context: PullContext,
  transaction: PullTransaction,
  kind: ResourceKind,
  remote: RemoteResource,
  { matches }: Mapped,
  known: ScimLink | undefined,
): Promise<Identified> {
  const { connection } = context;
  const { links, pulls } = transaction;
  if (known !== undefined) {
    const record = await transaction.find(known);
    if (record !== undefined) return { kind: 'found', record, link: known };
    if (await pulls.exists(connection, known)) throw outOfReach();
    await links.remove(connection, known);
  }
  for (const { attribute, value } of matches) {
    const ids = await pulls.having(connection, kind, attribute, value);
    if (ids.length > 1) throw new Unfit(`several ${kind}s here have this ${attribute}`);
    const [localId] = ids;
    const record = localId === undefined ? undefined : await transaction.find({ kind, localId });
    if (record !== undefined) return mayTake(context, transaction, kind, remote, record);
  }
  return { kind: 'nobody' };
}

/** Whom this source brought already is its own; whether anybody else may become its own is decided by its settings. */
async function mayTake(
  { connection }: PullContext,
  { links, pulls }: PullTransaction,
  kind: ResourceKind,
  remote: RemoteResource,
  record: ScimRecord,
): Promise<Identified> {
  const subject = { kind, localId: record.id };
  const link = await links.get(connection, subject);
  // Somebody who was let go and comes again under another id is the same person; two who are there at once are not.
  if (link?.remoteId !== undefined && link.remoteId !== remote.id && link.active) {
    throw new Unfit(`is the same ${kind} here as ${link.remoteId}`);
  }
  const { correlate } = connection.settings;
  if (!record.isOwned && correlate === 'refuse') throw new Unfit(`a ${kind} of this name is here already`);
  if (!record.isOwned && correlate === 'ask') {
    const why = `may the ${kind} ${remote.id} of the other side take it over?`;
    const answer = await pulls.mayAdopt(connection, subject, { remoteId: remote.id, why });
    if (answer !== 'allowed') return { kind: 'asking', localId: record.id, isNew: answer === 'asked', why };
  }
  return { kind: 'found', record, link };
}
