import { AppError } from '@sparekey/contracts';
import { EvaluationError } from '../expression/value.ts';
import { attributePath, valueAt } from '../mapping/attribute-path.ts';
import { type Desired, desiredResource, referencesOf } from '../mapping/desired.ts';
import { bodyOf, projected } from '../plan/overlay.ts';
import { canonical, type ScimResource, withMembers } from '../plan/resource.ts';
import { refusal, type TaskEnd, TaskFailure, type WorkContext } from './context.ts';
import { correlate, type Found, type Match } from './correlate.ts';
import { deprovision } from './deprovision.ts';
import { observe } from './observe.ts';
import type { LinkChange, LocalState, ScimAction, ScimEvent, ScimLink, Subject } from './ports.ts';
import { createRemote, type LinkedLink, update } from './update.ts';

/**
 * Looks at one person or group as it is at this moment, and makes the other side so. It may be called at any time, any
 * number of times, and be cut off anywhere: what it finds the next time is where it goes on. `afresh` has it read first
 * what the other side holds, which may not be what was sent. Errors: TaskFailure.
 */
export async function reconcile(
  context: WorkContext,
  given: Subject,
  { allowed, afresh = false }: { allowed: boolean; afresh?: boolean },
): Promise<TaskEnd> {
  const { connection, directory, links, rules } = context;
  const subject = { kind: given.kind, localId: given.localId };
  const state = await directory.read(connection, subject);
  const link = await links.get(connection, subject);
  if (state?.excepted) return { kind: 'done', events: [] };
  if (state === undefined || !state.inScope || !state.enabled) {
    if (link === undefined) return { kind: 'done', events: [] };
    const matches = matchesIn(link.sent, rules[subject.kind]);
    return deprovision(context, link, { allowed, afresh, matches });
  }
  try {
    return await provision(context, subject, state, link, { allowed, afresh });
  } catch (error) {
    if (error instanceof EvaluationError) throw refusal('data', error.message);
    if (error instanceof AppError && error.code === 'conflict') {
      throw refusal('conflict', 'the resource on the other side is linked with somebody else here');
    }
    throw error;
  }
}

async function provision(
  context: WorkContext,
  subject: Subject,
  state: LocalState,
  known: ScimLink | undefined,
  { allowed, afresh }: { allowed: boolean; afresh: boolean },
): Promise<TaskEnd> {
  const { connection, links } = context;
  const desired = await desiredOf(context, subject, state);
  const events: ScimEvent[] = [];
  const because = allowed ? { why: 'allowed' } : {};
  const dependents = subject.kind === 'user' ? { dependents: { names: namesHere(state) } } : {};
  let link = known?.remoteId === undefined ? undefined : { ...known, remoteId: known.remoteId };
  if (link !== undefined && afresh) link = await seenAgain(context, link, desired.always);
  // Twice at most: a resource that is gone is found or made again, once.
  for (let round = 0; round < 2; round += 1) {
    if (link === undefined) {
      const isAgain = afresh && known?.remoteId !== undefined;
      const again = { action: 'repaired', why: 'it was gone there' } as const;
      const found = (action: ScimAction, remoteId: string): ScimEvent => ({
        ...subject,
        remoteId,
        ...because,
        ...(isAgain ? again : { action }),
      });
      const made = await findOrMake(context, subject, desired, { allowed, found, dependents });
      if (made.kind === 'asking') return made;
      link = made.link;
      events.push(made.event);
    }
    const before = { active: link.active, waitsFor: link.waitsFor.join(' ') };
    const { remoteId } = link;
    const action = afresh ? 'repaired' : 'updated';
    const changed = (attributes: string[]): ScimEvent => ({ ...subject, remoteId, ...because, action, attributes });
    // Who was made or found just now is told of already.
    const end = await update(context, link, desired.always, events.length === 0 ? changed : undefined);
    if (end.kind === 'gone') {
      await links.save(connection, { ...link, remoteId: undefined, etag: undefined });
      link = undefined;
      continue;
    }
    if (end.kind === 'updated' && events.length === 0) events.push(changed(end.attributes));
    if (!before.active || before.waitsFor !== desired.waitsFor.join(' ')) {
      link = { ...link, active: true, disabledAt: undefined, waitsFor: desired.waitsFor };
      await links.save(connection, link, before.active ? undefined : dependents);
    }
    // Whoever is waited for may have come while this was written: their mark did not find us waiting yet.
    const come =
      desired.waitsFor.length > 0 && (await context.directory.remoteIds(connection, desired.waitsFor)).size > 0;
    return { kind: 'done', events, ...(come && { wakeAt: context.now() }) };
  }
  throw new TaskFailure({ kind: 'retry', failure: 'gone', why: 'is gone on the other side as soon as it is made' });
}

/** The link as the other side has it now; undefined, and without its id, when it has none. */
async function seenAgain(
  context: WorkContext,
  link: LinkedLink,
  decided: ScimResource,
): Promise<LinkedLink | undefined> {
  const seen = await observe(context, link, decided);
  const fresh = {
    ...link,
    ...(seen ? { sent: seen.held, etag: seen.etag } : { remoteId: undefined, etag: undefined }),
  };
  await context.links.save(context.connection, fresh);
  return fresh.remoteId === undefined ? undefined : { ...fresh, remoteId: fresh.remoteId };
}

const namesHere = ({ variables: { user } }: LocalState): string[] =>
  typeof user === 'object' && user !== null && 'username' in user ? [String(user.username)] : [];

/** What the other side should hold of somebody in scope. Errors: EvaluationError. */
export async function desiredOf(context: WorkContext, subject: Subject, state: LocalState): Promise<Desired> {
  const { connection, directory, traits } = context;
  const rules = context.rules[subject.kind];
  const references = referencesOf(rules, state.variables);
  const ids: Map<string, string> =
    references.length === 0 ? new Map() : await directory.remoteIds(connection, references);
  const desired = desiredResource(rules, state.variables, (reference) => ids.get(reference), traits);
  if (subject.kind === 'user') return desired;
  return {
    ...desired,
    always: canonical(withMembers(desired.always, state.members)),
    create: canonical(withMembers(desired.create, state.members)),
  };
}

/** The values by which a resource that we sent would be found again. */
function matchesIn(sent: ScimResource, rules: WorkContext['rules']['user']): Match[] {
  return rules
    .filter(({ match }) => match !== undefined)
    .toSorted((a, b) => (a.match ?? 0) - (b.match ?? 0))
    .flatMap(({ target }) => {
      const path = attributePath(target);
      const value = path && valueAt(sent, path);
      return typeof value === 'string' ? [{ attribute: target, value }] : [];
    });
}

type Linked = { kind: 'linked'; link: LinkedLink; event: ScimEvent };
type Asking = { kind: 'asking'; why: string };
/** Whether an operator allowed it, and what is told of how the two came together, and to whom. */
type Decision = {
  allowed: boolean;
  dependents: Pick<LinkChange, 'dependents'>;
  found: (action: ScimAction, remoteId: string) => ScimEvent;
};

/** Finds the resource of the other side, or makes it. The intent is written down before: a lost answer is looked for. */
async function findOrMake(
  context: WorkContext,
  subject: Subject,
  desired: Desired,
  decision: Decision,
): Promise<Linked | Asking> {
  const { connection, links, traits } = context;
  const found = await correlate(context, subject.kind, desired.matches, subject.localId);
  if (found !== undefined) return adopt(context, subject, desired, found, decision);
  const created = firstBody(context, subject, desired);
  const intent: ScimLink = { ...subject, ...unsent, sent: created, waitsFor: desired.waitsFor };
  await links.save(connection, intent);
  let made: Awaited<ReturnType<typeof createRemote>>;
  try {
    made = await createRemote(context, subject.kind, bodyOf(subject.kind, created));
  } catch (error) {
    if (!(error instanceof TaskFailure) || error.outcome.kind !== 'taken') throw error;
    const taken = await correlate(context, subject.kind, desired.matches, subject.localId);
    if (taken === undefined) throw refusal('conflict', error.outcome.why);
    return adopt(context, subject, desired, taken, decision);
  }
  const sent = 'members' in created || !traits.patch ? desired.always : withMembers(desired.always, []);
  const link = { ...intent, ...made, sent, active: true };
  const event = decision.found('created', made.remoteId);
  await links.save(connection, link, { ...decision.dependents, event });
  return { kind: 'linked', link, event };
}

/** A group with more members than a request may hold gets them afterwards. */
function firstBody({ traits }: WorkContext, { kind }: Subject, { create }: Desired): ScimResource {
  if (kind === 'user' || !traits.patch) return create;
  const members = Array.isArray(create.members) ? create.members.length : 0;
  return traits.membersInBody && members <= traits.maxMembers ? create : withMembers(create, []);
}

const unsent = { remoteId: undefined, sent: {}, etag: undefined, active: true, disabledAt: undefined };

async function adopt(
  { connection, links }: WorkContext,
  subject: Subject,
  desired: Desired,
  { resource, ours }: Found,
  { allowed, found, dependents }: Decision,
): Promise<Linked | Asking> {
  const { correlate: policy } = connection.settings;
  if (!ours && policy === 'refuse') throw refusal('conflict', `somebody of this name is there already: ${resource.id}`);
  if (!ours && policy === 'ask' && !allowed) {
    return {
      kind: 'asking',
      why: `may it take over the ${subject.kind} ${resource.id} of the other side?`.slice(0, 500),
    };
  }
  const sent = projected(resource, desired.always);
  const link = { ...subject, ...unsent, remoteId: resource.id, sent, waitsFor: desired.waitsFor };
  const event = found('adopted', resource.id);
  await links.save(connection, link, { ...dependents, event });
  return { kind: 'linked', link, event };
}
