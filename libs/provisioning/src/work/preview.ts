import type { ScimConnection } from '../connection/model.ts';
import type { TaskEnd } from './context.ts';
import { dry } from './dry.ts';
import { contextOf } from './open.ts';
import type { ScimRequest, Subject } from './ports.ts';
import { type PreviewChange, previewChanges } from './preview-changes.ts';
import { reconcile } from './reconcile.ts';
import type { WorkerParts } from './worker.ts';

export interface Preview {
  /** What would be sent, in order. */
  requests: ScimRequest[];
  end: TaskEnd;
  changes: PreviewChange[];
  /** Why it would wait for an operator before. */
  heldBecause: string | undefined;
  /** Usernames or ids of people who are referred to, and are not on the other side yet. */
  waitsFor: string[];
}

/**
 * What a look at this person or group would write, with writes off and as if it were allowed: the same code as the
 * worker's, in the rhythm of the connection. Errors: TaskFailure, as the worker would meet it.
 */
export async function previewOf(
  parts: Pick<WorkerParts, 'open' | 'links' | 'directory' | 'pace' | 'now' | 'wait'>,
  connection: ScimConnection<'target'>,
  subject: Subject,
  signal: AbortSignal,
): Promise<Preview> {
  const { wire, ...rest } = await contextOf(parts, connection, signal);
  const context = {
    ...rest,
    wire: {
      async send(request: ScimRequest) {
        const seconds = await parts.pace.takeToken(connection, connection.settings.requestsPerSecond);
        if (seconds > 0) await parts.wait(seconds * 1000, signal);
        return wire.send(request);
      },
    },
  };
  const known = await parts.links.get(connection, subject);
  let off = dry(context);
  const asked = await reconcile(off.context, subject, { allowed: false });
  if (asked.kind !== 'done') off = dry(context);
  const end = asked.kind === 'done' ? asked : await reconcile(off.context, subject, { allowed: true });
  return {
    requests: off.requests,
    end,
    changes: await previewChanges(context, known, off),
    heldBecause: asked.kind === 'done' ? undefined : asked.why,
    waitsFor: (off.saved.at(-1) ?? known)?.waitsFor ?? [],
  };
}
