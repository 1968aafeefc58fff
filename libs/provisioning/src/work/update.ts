import { type Change, diff } from '../plan/diff.ts';
import { overlaid } from '../plan/overlay.ts';
import { patchBody, patchSteps } from '../plan/patch.ts';
import type { ScimResource } from '../plan/resource.ts';
import { ask, fetchRemote, mustAsk, pathOf, TaskFailure, type WorkContext } from './context.ts';
import { observe } from './observe.ts';
import type { ScimEvent, ScimLink } from './ports.ts';

export type LinkedLink = ScimLink & { remoteId: string };

/** `gone`: the other side has no such resource any more. */
export type UpdateEnd = { kind: 'same' } | { kind: 'updated'; attributes: string[] } | { kind: 'gone' };

export const namesOf = (changes: readonly Change[]): string[] => [
  ...new Set(changes.map((change) => (change.kind === 'members' ? 'members' : (change.path[0] ?? '')))),
];

/**
 * Brings the other side from what we last sent to `decided`, and keeps in the link what it holds after every request.
 * A resource that was changed there meanwhile (412) is read and compared afresh, once. What `told` makes of the changed
 * attributes is written down with the last of the requests. Errors: TaskFailure.
 */
export async function update(
  context: WorkContext,
  link: LinkedLink,
  decided: ScimResource,
  told?: (attributes: string[]) => ScimEvent,
): Promise<UpdateEnd> {
  const changes = diff(link.sent, decided);
  if (changes.length === 0) return { kind: 'same' };
  const attributes = namesOf(changes);
  const event = told?.(attributes);
  const first = await write(context, link, decided, event);
  if (first === 'done') return { kind: 'updated', attributes };
  if (first === 'gone') return { kind: 'gone' };
  const seen = await observe(context, link, decided);
  if (seen === undefined) return { kind: 'gone' };
  link.sent = seen.held;
  link.etag = seen.etag;
  await context.links.save(context.connection, link);
  const second = await write(context, link, decided, event);
  if (second === 'stale') {
    throw new TaskFailure({ kind: 'retry', failure: 'stale', why: 'was changed on the other side again and again' });
  }
  return second === 'gone' ? { kind: 'gone' } : { kind: 'updated', attributes };
}

type Written = 'done' | 'gone' | 'stale';

async function write(
  context: WorkContext,
  link: LinkedLink,
  decided: ScimResource,
  event: ScimEvent | undefined,
): Promise<Written> {
  if (!context.traits.patch) return replace(context, link, decided, event);
  const maxOperations = context.traits.maxOperations[link.kind];
  const steps = patchSteps(link.sent, diff(link.sent, decided), { ...context.traits, maxOperations });
  for (const step of steps) {
    const outcome = await ask(context, {
      method: 'PATCH',
      path: pathOf(link.kind, link.remoteId),
      body: patchBody(step.operations),
      etag: usableTag(context, link),
    });
    if (outcome.kind === 'gone' || outcome.kind === 'stale') return outcome.kind;
    if (outcome.kind === 'unsupported') {
      context.traits = { ...context.traits, patch: false };
      await context.hasNoPatch();
      return replace(context, link, decided, event);
    }
    // What is to be removed is gone there already: only a look at it tells what is left to do.
    if (outcome.kind === 'refused' && outcome.why.includes('noTarget')) return 'stale';
    if (outcome.kind !== 'ok') throw new TaskFailure(outcome);
    link.sent = step.after;
    link.etag = outcome.etag;
    await context.links.save(context.connection, link, step === steps.at(-1) ? { event } : undefined);
  }
  return 'done';
}

/** A PUT is made from what the other side has now, so that what we do not decide survives. */
async function replace(
  context: WorkContext,
  link: LinkedLink,
  decided: ScimResource,
  event: ScimEvent | undefined,
): Promise<Written> {
  const remote = await fetchRemote(context, link.kind, link.remoteId);
  if (remote === undefined) return 'gone';
  const outcome = await ask(context, {
    method: 'PUT',
    path: pathOf(link.kind, link.remoteId),
    body: overlaid(link.kind, remote.resource, decided, link.sent),
    etag: context.traits.etag ? remote.etag : undefined,
  });
  if (outcome.kind === 'gone' || outcome.kind === 'stale') return outcome.kind;
  if (outcome.kind !== 'ok') throw new TaskFailure(outcome);
  // What was sent counts, not what came back: some servers say nothing of members (authentik, PR 25024).
  link.sent = decided;
  link.etag = outcome.etag;
  await context.links.save(context.connection, link, { event });
  return 'done';
}

const usableTag = ({ traits }: WorkContext, { etag }: ScimLink): string | undefined => (traits.etag ? etag : undefined);

/** Deletes the resource there; that there is none is as good. Errors: TaskFailure. */
export async function deleteRemote(context: WorkContext, link: LinkedLink): Promise<void> {
  const outcome = await ask(context, { method: 'DELETE', path: pathOf(link.kind, link.remoteId) });
  if (outcome.kind !== 'ok' && outcome.kind !== 'gone') throw new TaskFailure(outcome);
}

/** Creates the resource there; returns its id. Errors: TaskFailure. */
export async function createRemote(
  context: WorkContext,
  kind: ScimLink['kind'],
  body: ScimResource,
): Promise<{ remoteId: string; etag: string | undefined }> {
  const { body: made, etag } = await mustAsk(context, { method: 'POST', path: pathOf(kind), body });
  if (typeof made?.id !== 'string' || made.id === '') {
    throw new TaskFailure({ kind: 'retry', failure: 'not_scim', why: 'made a resource and did not say its id' });
  }
  return { remoteId: made.id, etag };
}
