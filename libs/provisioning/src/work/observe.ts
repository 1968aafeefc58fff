import { projected } from '../plan/overlay.ts';
import { membersOf, type ScimResource, withMembers } from '../plan/resource.ts';
import { fetchRemote, type WorkContext } from './context.ts';
import type { LinkedLink } from './update.ts';

/**
 * What the other side holds now of what we decide or once sent, in the form that is compared; undefined when the resource
 * is gone. A read. Errors: TaskFailure.
 */
export async function observe(
  context: WorkContext,
  { kind, remoteId, sent }: LinkedLink,
  decided: ScimResource,
): Promise<{ held: ScimResource; etag: string | undefined } | undefined> {
  const remote = await fetchRemote(context, kind, remoteId);
  if (remote === undefined) return undefined;
  const held = projected(remote.resource, decided, sent);
  const isTold = kind === 'user' || context.traits.tellsMembers !== 'never';
  return { held: isTold ? held : withMembers(held, membersOf(sent)), etag: remote.etag };
}

/**
 * Whether somebody who is to be disabled there still works: a person who is not inactive, a group with members. Of a person
 * whom the other side says nothing of, our link has the word.
 */
export function isAlive({ kind, active }: Pick<LinkedLink, 'kind' | 'active'>, held: ScimResource): boolean {
  if (kind === 'group') return membersOf(held).length > 0;
  return held.active === undefined ? active : held.active !== false;
}
