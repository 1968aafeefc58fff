import type { Actor, AuditTrail } from '@sparekey/audit';
import type { ScimConnection } from '../connection/model.ts';
import type { TaskQueue, TaskState } from './ports.ts';

/** What opening tasks again needs, bound to one transaction. */
export interface ReopenStores {
  scimTasks: Pick<TaskQueue, 'reopen'>;
  audit: AuditTrail;
}

const told = {
  allow: { states: ['staged', 'asking'], type: 'scim_tasks.allowed' },
  retry: { states: ['dead'], type: 'scim_tasks.retried' },
} as const satisfies Record<string, { states: readonly Exclude<TaskState, 'open'>[]; type: string }>;

/**
 * Lets go what the brake holds and what is asked about, or tries again what was refused for good, of everybody or of one;
 * tells the audit trail who did; returns how many. Call it in a transaction.
 */
export async function reopenTasks(
  stores: ReopenStores,
  connection: ScimConnection,
  decision: keyof typeof told,
  actor: Actor,
  localId?: string,
): Promise<number> {
  const { states, type } = told[decision];
  let count = 0;
  for (const state of states) count += await stores.scimTasks.reopen(connection, state, localId);
  if (count === 0) return 0;
  const { realmId, organizationId, name } = connection;
  await stores.audit.append({
    type,
    realmId,
    ...(organizationId && { organizationId }),
    actor,
    outcome: 'success',
    detail: { connection: name, count, ...(localId !== undefined && { resource: localId }) },
  });
  return count;
}
