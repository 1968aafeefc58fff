import { checkMapping } from '../mapping/mapping.ts';
import { traitsOf } from '../plan/traits.ts';
import type { TaskEnd, WorkContext } from './context.ts';
import type { ScimRequest, Subject } from './ports.ts';
import { reconcile } from './reconcile.ts';
import type { WorkerParts } from './worker.ts';

export interface Preview {
  /** What would be sent, in order. */
  requests: ScimRequest[];
  end: TaskEnd;
}

/**
 * The context with writes off: requests that would write are written down in `requests` in place of being sent, and
 * nothing of it is kept here. Reads are made.
 */
export function dry(context: WorkContext): { context: WorkContext; requests: ScimRequest[] } {
  const requests: ScimRequest[] = [];
  const nothing = async () => {};
  const { wire, links } = context;
  return {
    requests,
    context: {
      ...context,
      wire: {
        async send(request) {
          if (request.method === 'GET') return wire.send(request);
          requests.push(request);
          const made =
            request.method === 'POST'
              ? { text: JSON.stringify({ id: 'new' }), status: 201 }
              : { text: '', status: 204 };
          return { ...made, headers: {} };
        },
      },
      links: { ...links, save: nothing, remove: nothing, markDependents: nothing },
      hasNoPatch: nothing,
    },
  };
}

/**
 * What a look at this person or group would write, with writes off: the same code as the worker's. Errors: TaskFailure,
 * as the worker would meet it.
 */
export async function previewOf(
  parts: Pick<WorkerParts, 'open' | 'links' | 'directory' | 'pace' | 'now'>,
  connection: WorkContext['connection'],
  subject: Subject,
  signal: AbortSignal,
): Promise<Preview> {
  const send = await parts.open(connection, signal);
  const { announced } = await parts.pace.get(connection);
  const { mapping } = connection.settings;
  const { context, requests } = dry({
    connection,
    rules: { user: checkMapping('user', mapping.user).rules, group: checkMapping('group', mapping.group).rules },
    traits: traitsOf(connection.profile, announced),
    wire: { send },
    links: parts.links,
    directory: parts.directory,
    now: parts.now,
    hasNoPatch: async () => {},
    mayDeprovision: async () => true,
  });
  const end = await reconcile(context, subject, { allowed: true });
  return { requests, end };
}
