import { withMembers } from '../plan/resource.ts';
import type { TaskEnd, WorkContext } from './context.ts';
import { correlate, type Match } from './correlate.ts';
import { isAlive, observe } from './observe.ts';
import type { ScimEvent, ScimLink } from './ports.ts';
import { deleteRemote, type LinkedLink, update } from './update.ts';

const DAY_MS = 86_400_000;

/**
 * Undoes on the other side what is out of scope, disabled or gone here, as the policy says. A person is disabled by
 * `active: false`, a group by taking its members out. The link stays after disabling, so that the same resource comes
 * back to life. Errors: TaskFailure.
 */
export async function deprovision(
  context: WorkContext,
  known: ScimLink,
  { allowed, afresh, matches }: { allowed: boolean; afresh: boolean; matches: readonly Match[] },
): Promise<TaskEnd> {
  const { connection, links } = context;
  const { policy, deleteAfterDays } = connection.settings.deprovision;
  const done = (...events: ScimEvent[]): TaskEnd => ({ kind: 'done', events });
  if (policy === 'none') return done();
  const given = afresh ? await seenAgain(context, known) : known;
  if (given === undefined) return done();
  const deleteAt = deletionTime(given, policy, deleteAfterDays);
  if (!given.active && (deleteAt === undefined || deleteAt > context.now())) {
    return { kind: 'done', events: [], ...(deleteAt && { wakeAt: deleteAt }) };
  }
  const link = await linked(context, given, matches);
  if (link === undefined) {
    await links.remove(connection, given);
    return done();
  }
  if (given.active && !allowed && !(await context.mayDeprovision())) {
    return { kind: 'staged', why: 'the brake holds it: too many would be disabled or deleted at once' };
  }
  const { kind, localId, remoteId } = link;
  // The brake counts what was undone unasked.
  const event = { kind, localId, remoteId, ...(allowed && { why: 'allowed' }) };
  const dependents = kind === 'user' ? { dependents: { names: [], remoteId } } : {};
  const ended = async (deleted: ScimEvent) => {
    await links.remove(connection, link, { event: deleted, ...dependents });
    return done(deleted);
  };
  if (policy === 'delete' || (deleteAt !== undefined && deleteAt <= context.now())) {
    await deleteRemote(context, link);
    return ended({ ...event, action: 'deleted' });
  }
  const disabled = kind === 'user' ? { ...link.sent, active: false } : withMembers(link.sent, []);
  if ((await update(context, link, disabled)).kind === 'gone') {
    return ended({ ...event, action: 'deleted', why: 'it was gone there already' });
  }
  link.active = false;
  link.disabledAt = context.now();
  const told: ScimEvent = { ...event, action: 'disabled' };
  await links.save(connection, link, { event: told, ...dependents });
  const wakeAt = deletionTime(link, policy, deleteAfterDays);
  return { kind: 'done', events: [told], ...(wakeAt && { wakeAt }) };
}

/** With what the other side made of it since: somebody who came back to life there is to be undone once more. */
async function seenAgain(context: WorkContext, link: ScimLink): Promise<ScimLink | undefined> {
  const { connection, links } = context;
  if (link.remoteId === undefined) return link;
  const seen = await observe(context, { ...link, remoteId: link.remoteId }, { ...link.sent, active: false });
  if (seen === undefined) {
    await links.remove(connection, link);
    return undefined;
  }
  // Never the other way: who was disabled there by others is undone as everybody is, under the brake.
  const active = link.active || isAlive(link, seen.held);
  const fresh = { ...link, sent: seen.held, etag: seen.etag, active, ...(active && { disabledAt: undefined }) };
  await links.save(connection, fresh);
  return fresh;
}

function deletionTime({ disabledAt }: ScimLink, policy: string, days: number): Date | undefined {
  if (policy === 'delete') return disabledAt;
  return policy === 'disable_then_delete' && disabledAt ? new Date(disabledAt.getTime() + days * DAY_MS) : undefined;
}

/** A link without a remote id may stand for a resource that we made and were not told of. */
async function linked(
  context: WorkContext,
  link: ScimLink,
  matches: readonly Match[],
): Promise<LinkedLink | undefined> {
  if (link.remoteId !== undefined) return { ...link, remoteId: link.remoteId };
  const found = await correlate(context, link.kind, matches, link.localId);
  return found?.ours ? { ...link, remoteId: found.resource.id } : undefined;
}
