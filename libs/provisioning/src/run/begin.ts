import type { Actor, AuditTrail } from '@sparekey/audit';
import { AppError } from '@sparekey/contracts';
import { isOfKind, type ScimConnection } from '../connection/model.ts';
import type { TaskQueue } from '../work/ports.ts';
import type { ScimRun } from './model.ts';
import type { RunStore } from './ports.ts';

/** What beginning a run needs, bound to one transaction. */
export interface RunStores {
  scimRuns: RunStore;
  scimTasks: Pick<TaskQueue, 'scheduleAll'>;
  audit: AuditTrail;
}

/** A connection that nobody works at would keep a run for ever. Errors: `conflict`, with the reason. */
export function mustWork({ name, state, stateReason }: ScimConnection): void {
  if (state === 'active') return;
  const why = stateReason === undefined ? '' : `: ${stateReason}`;
  throw new AppError('conflict', `${name} is ${state}${why}. Nothing is done for it before it is active.`);
}

/**
 * Has a connection run as a whole: of a target everyone in scope and everyone linked is marked, a source is read anew.
 * Call it in a transaction. Errors: `validation_failed` for a server; `conflict` when the connection is not active, or a
 * reading of it is under way.
 */
export async function beginRun(
  stores: RunStores,
  connection: ScimConnection,
  actor: Extract<Actor, { kind: 'operator' }>,
): Promise<ScimRun> {
  if (isOfKind(connection, 'server')) {
    throw new AppError('validation_failed', `${connection.name} is a server: the directory writes to it by itself.`);
  }
  mustWork(connection);
  const askedBy = actor.name;
  const run = isOfKind(connection, 'target')
    ? await stores.scimRuns.begin(connection, {
        kind: 'full',
        askedBy,
        scheduled: await stores.scimTasks.scheduleAll(connection),
      })
    : await stores.scimRuns.begin(connection, { kind: 'pull', askedBy, state: 'asked' });
  const { realmId, organizationId, name } = connection;
  await stores.audit.append({
    type: 'scim_run.asked',
    realmId,
    ...(organizationId && { organizationId }),
    actor,
    outcome: 'success',
    detail: { connection: name, type: run.kind },
  });
  return run;
}
