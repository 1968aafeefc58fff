import { EvaluationError } from '../expression/value.ts';
import { diff } from '../plan/diff.ts';
import { isObject, type ScimResource } from '../plan/resource.ts';
import { refusal, type WorkContext } from '../work/context.ts';
import { isAlive, observe } from '../work/observe.ts';
import type { Subject } from '../work/ports.ts';
import { desiredOf } from '../work/reconcile.ts';
import { type LinkedLink, namesOf } from '../work/update.ts';
import type { Finding } from './survey-store.ts';

/**
 * How somebody on the other side is not as it should be; undefined when all is well. Only reads. Errors: TaskFailure.
 */
export async function driftOf(context: WorkContext, subject: Subject): Promise<Finding | undefined> {
  const { connection, directory, links } = context;
  const state = await directory.read(connection, subject);
  const link = await links.get(connection, subject);
  if (state?.excepted) return undefined;
  if (state === undefined || !state.inScope || !state.enabled) {
    return link?.remoteId === undefined ? undefined : lingering(context, { ...link, remoteId: link.remoteId });
  }
  if (link?.remoteId === undefined) return { ...subject, what: 'unlinked', attributes: [] };
  const { remoteId } = link;
  try {
    const { always } = await desiredOf(context, subject, state);
    const seen = await observe(context, { ...link, remoteId }, always);
    if (seen === undefined) return { ...subject, what: 'missing', remoteId, attributes: [] };
    const attributes = namesOf(diff(caseless(seen.held), caseless(always)));
    return attributes.length === 0 ? undefined : { ...subject, what: 'differs', remoteId, attributes };
  } catch (error) {
    if (error instanceof EvaluationError) throw refusal('data', error.message);
    throw error;
  }
}

/** Names and addresses that many directories keep in small letters, and may: both are not case-exact (RFC 7643 §4.1). */
function caseless(resource: ScimResource): ScimResource {
  const { userName, emails } = resource;
  return {
    ...resource,
    ...(typeof userName === 'string' && { userName: userName.toLowerCase() }),
    ...(Array.isArray(emails) && {
      emails: emails.map((email) =>
        isObject(email) && typeof email.value === 'string' ? { ...email, value: email.value.toLowerCase() } : email,
      ),
    }),
  };
}

/** Somebody who should not work there any more. */
async function lingering(context: WorkContext, link: LinkedLink): Promise<Finding | undefined> {
  const { policy } = context.connection.settings.deprovision;
  if (policy === 'none') return undefined;
  const seen = await observe(context, link, { ...link.sent, active: false });
  const alive = seen !== undefined && isAlive(link, seen.held);
  // Who is to be deleted after days is so by a task of its own when they are over.
  if (seen === undefined || !(alive || policy === 'delete')) return undefined;
  const { kind, localId, remoteId } = link;
  const attributes = alive ? [kind === 'user' ? 'active' : 'members'] : [];
  return { kind, localId, remoteId, what: 'lingers', attributes };
}
