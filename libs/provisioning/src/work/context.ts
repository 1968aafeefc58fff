import { type Answer, classify, type Failure, type FailureClass, type Outcome } from '../answer/classify.ts';
import type { ScimConnection } from '../connection/model.ts';
import type { CheckedRule } from '../mapping/mapping.ts';
import { endpoints, type ResourceKind, type ScimResource } from '../plan/resource.ts';
import type { TargetTraits } from '../plan/traits.ts';
import type { LinkStore, LocalDirectory, ScimEvent, ScimRequest, Wire } from './ports.ts';

/** Everything that one look at a person or group needs. */
export interface WorkContext {
  connection: ScimConnection<'target'>;
  rules: Record<ResourceKind, readonly CheckedRule[]>;
  /** What the target can; what it refuses as unsupported is learned on the way. */
  traits: TargetTraits;
  wire: Wire;
  links: LinkStore;
  directory: LocalDirectory;
  now(): Date;
  /** Remembers for everyone that the target has no PATCH. */
  hasNoPatch(): Promise<void>;
  /** Whether as many as are waiting for it may be disabled or deleted unasked. */
  mayDeprovision(): Promise<boolean>;
}

/** How a look ended, when nothing failed. */
export type TaskEnd =
  | { kind: 'done'; events: ScimEvent[]; wakeAt?: Date }
  /** Waits for `scim allow`. */
  | { kind: 'staged' | 'asking'; why: string };

/** A look that ended early. What was done before stands in the link. */
export class TaskFailure extends Error {
  readonly outcome: Failure;

  constructor(outcome: Failure) {
    super(outcome.why);
    this.name = 'TaskFailure';
    this.outcome = outcome;
  }
}

export const refusal = (failure: FailureClass, why: string): TaskFailure =>
  new TaskFailure({ kind: 'refused', failure, why });

export const pathOf = (kind: ResourceKind, remoteId?: string): string =>
  remoteId === undefined ? `/${endpoints[kind]}` : `/${endpoints[kind]}/${encodeURIComponent(remoteId)}`;

export async function ask({ wire, now }: WorkContext, request: ScimRequest): Promise<Outcome> {
  const answer: Answer = await wire.send(request);
  return classify(answer, now());
}

/** What a request that succeeds answers. Errors: TaskFailure. */
export async function mustAsk(context: WorkContext, request: ScimRequest): Promise<Extract<Outcome, { kind: 'ok' }>> {
  const outcome = await ask(context, request);
  if (outcome.kind !== 'ok') throw new TaskFailure(outcome);
  return outcome;
}

/** Names what a group is to say, where it says who is in it only when it is asked to: what is not named then is left out. */
export function namedQuery({ traits, rules }: WorkContext, kind: ResourceKind): { attributes?: string } {
  if (kind !== 'group' || traits.tellsMembers !== 'asked') return {};
  const names = rules.group.map(({ path: { extension, attribute } }) =>
    extension === undefined ? attribute : `${extension}:${attribute}`,
  );
  return { attributes: [...new Set([...names, 'members'])].join(',') };
}

/** The resource as the other side has it now; undefined when it has none. */
export async function fetchRemote(
  context: WorkContext,
  kind: ResourceKind,
  remoteId: string,
): Promise<{ resource: ScimResource; etag: string | undefined } | undefined> {
  const query = namedQuery(context, kind);
  const outcome = await ask(context, {
    method: 'GET',
    path: pathOf(kind, remoteId),
    ...(query.attributes !== undefined && { query: { attributes: query.attributes } }),
  });
  if (outcome.kind === 'gone') return undefined;
  if (outcome.kind !== 'ok') throw new TaskFailure(outcome);
  if (outcome.body?.id !== remoteId) {
    throw new TaskFailure({
      kind: 'retry',
      failure: 'not_scim',
      why: 'answered with another resource than was asked for',
    });
  }
  return { resource: outcome.body, etag: outcome.etag };
}
