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
 * What a look at this person or group would write, with writes off: the same code as the worker's, over requests that
 * are written down in place of being sent. Reads are made. Errors: TaskFailure, as the worker would meet it.
 */
export async function previewOf(
  parts: Pick<WorkerParts, 'open' | 'links' | 'directory' | 'pace' | 'now'>,
  connection: WorkContext['connection'],
  subject: Subject,
  signal: AbortSignal,
): Promise<Preview> {
  const send = await parts.open(connection, signal);
  const { announced } = await parts.pace.get(connection);
  const requests: ScimRequest[] = [];
  const { mapping } = connection.settings;
  const nothing = async () => {};
  const end = await reconcile(
    {
      connection,
      rules: { user: checkMapping('user', mapping.user).rules, group: checkMapping('group', mapping.group).rules },
      traits: traitsOf(connection.profile, announced),
      wire: {
        async send(request) {
          if (request.method === 'GET') return send(request);
          requests.push(request);
          const made =
            request.method === 'POST'
              ? { text: JSON.stringify({ id: 'new' }), status: 201 }
              : { text: '', status: 204 };
          return { ...made, headers: {} };
        },
      },
      links: { ...parts.links, save: nothing, remove: nothing, markDependents: nothing },
      directory: parts.directory,
      now: parts.now,
      hasNoPatch: nothing,
      mayDeprovision: async () => true,
    },
    subject,
    { allowed: true },
  );
  return { requests, end };
}
