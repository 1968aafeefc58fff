import { classify } from '../answer/classify.ts';
import type { ResourceKind } from '../plan/resource.ts';
import { pathOf, TaskFailure } from '../work/context.ts';
import type { PullContext } from './context.ts';
import { namedQuery, type RemoteResource } from './pages.ts';

/** One resource as the source has it now; undefined when it says that there is none (404, 410). Errors: TaskFailure. */
export async function readOne(
  { connection, wire, now }: Pick<PullContext, 'connection' | 'wire' | 'now'>,
  kind: ResourceKind,
  remoteId: string,
): Promise<RemoteResource | undefined> {
  const query = namedQuery(connection.profile, kind);
  const outcome = classify(
    await wire.send({ method: 'GET', path: pathOf(kind, remoteId), query: { ...query } }),
    now(),
  );
  if (outcome.kind === 'gone') return undefined;
  if (outcome.kind !== 'ok') throw new TaskFailure(outcome);
  if (outcome.body?.id !== remoteId) {
    const why = 'answered with another resource than was asked for';
    throw new TaskFailure({ kind: 'retry', failure: 'not_scim', why });
  }
  return { ...outcome.body, id: remoteId };
}
