import { diff } from '../plan/diff.ts';
import { membersOf, type ResourceKind, type ScimResource, sameJson } from '../plan/resource.ts';
import type { ScimRecord } from '../server/ports.ts';
import type { ScimLink, Subject } from '../work/ports.ts';
import type { Done, PullContext } from './context.ts';
import { identify } from './identify.ts';
import { type Mapped, merged } from './mapped.ts';
import type { RemoteResource } from './pages.ts';
import type { PulledResource, PullTransaction } from './ports.ts';

export interface Applied {
  done: Done;
  /** Undefined when nobody here was touched. */
  subject: Subject | undefined;
  /** Not active there any more, and still enabled here. */
  leaves: boolean;
}

/**
 * Makes one person or group here what the source says, in one transaction. Nobody is disabled: who has to be is told, so
 * that the brake can look at all of them together. Errors: Unfit, ScimError, `conflict`.
 */
export async function applyOne(
  context: PullContext,
  transaction: PullTransaction,
  kind: ResourceKind,
  remote: RemoteResource,
  wanted: Mapped,
  known: ScimLink | undefined,
): Promise<Applied> {
  const { connection } = context;
  const { links, journal } = transaction;
  const who = await identify(context, transaction, kind, remote, wanted, known);
  if (who.kind === 'asking') {
    const { localId, isNew, why } = who;
    if (isNew) await journal.add(connection, [{ kind, localId, remoteId: remote.id, action: 'asked', why }]);
    return { done: 'asked', subject: undefined, leaves: false };
  }
  if (who.kind === 'nobody') {
    const made = await transaction.create(kind, { ...pulled(wanted.create, wanted.members, []), ...accountIn(wanted) });
    const subject = { kind, localId: made.id };
    await links.save(connection, linkOf(subject, remote, wanted, made, wanted.decided.active !== false));
    await journal.add(connection, [{ ...subject, remoteId: remote.id, action: 'created' }]);
    return { done: 'created', subject, leaves: false };
  }
  const { record, link } = who;
  const subject = { kind, localId: record.id };
  const { leaves, active } = activityOf(kind, wanted.decided, record, link);
  const former = link?.sent ?? {};
  const change = changeOf(kind, record, wanted, former, active);
  const after = change === undefined ? record : await transaction.change(kind, record, change);
  await links.save(connection, linkOf(subject, remote, wanted, after, leaves || wanted.decided.active !== false));
  const done = link === undefined ? 'adopted' : after.version === record.version ? 'unchanged' : 'updated';
  if (done !== 'unchanged') {
    const attributes = done === 'updated' ? [...new Set(diff(former, wanted.decided).map(nameOf))] : [];
    await journal.add(connection, [{ ...subject, remoteId: remote.id, action: done, attributes }]);
  }
  return { done, subject, leaves };
}

const nameOf = (change: ReturnType<typeof diff>[number]): string =>
  change.kind === 'members' ? 'members' : change.path.join('.');

/**
 * Whether a person is enabled from now on. Whoever is not active there stays as they are until the brake was asked. Who
 * was switched off here, by whomever, stays off until the source itself has said no and then yes again.
 */
function activityOf(
  kind: ResourceKind,
  decided: ScimResource,
  { data }: ScimRecord,
  link: ScimLink | undefined,
): { leaves: boolean; active: boolean | undefined } {
  if (kind === 'group') return { leaves: false, active: undefined };
  const isActive = data.active !== false;
  if (decided.active === false) return { leaves: isActive, active: isActive };
  return { leaves: false, active: isActive || link?.active === false };
}

/** `active`: the last word of the source is yes, or its no was not carried out yet. */
function linkOf(
  subject: Subject,
  remote: RemoteResource,
  { decided, waitsFor }: Mapped,
  after: ScimRecord,
  active: boolean,
): ScimLink {
  const sent = active && decided.active === false ? { ...decided, active: true } : decided;
  return {
    ...subject,
    remoteId: remote.id,
    sent,
    etag: String(after.version),
    active,
    waitsFor,
    disabledAt: undefined,
  };
}

function pulled(decided: ScimResource, add: readonly string[] | undefined, remove: readonly string[]): PulledResource {
  const { externalId, members: _members, ...data } = decided;
  const members = add && { add, remove };
  return { data, ...(typeof externalId === 'string' && { externalId }), ...(members && { members }) };
}

const accountIn = ({ account }: Mapped): Pick<PulledResource, 'account'> => (account === undefined ? {} : { account });

/** Undefined when everything is so already. Members whom the source never named are not its own, and stay. */
function changeOf(
  kind: ResourceKind,
  record: ScimRecord,
  wanted: Mapped,
  former: ScimResource,
  active: boolean | undefined,
): PulledResource | undefined {
  const { decided, members } = wanted;
  const current = structuredClone(record.data) as ScimResource;
  const data = merged(kind, current, { ...decided, ...(active !== undefined && { active }) }, former);
  const stay = new Set(members);
  const { externalId, members: change } = pulled(
    decided,
    members,
    membersOf(former).filter((id) => !stay.has(id)),
  );
  const keeps = externalId ?? (former.externalId === undefined ? record.externalId : undefined);
  const same =
    sameJson(data, current) &&
    sameJson(former.account, decided.account) &&
    keeps === record.externalId &&
    record.isOwned;
  if (same && change === undefined) return undefined;
  return {
    data,
    ...accountIn(wanted),
    ...(keeps !== undefined && { externalId: keeps }),
    ...(change && { members: change }),
  };
}
