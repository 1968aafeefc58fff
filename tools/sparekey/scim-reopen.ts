import type { TaskState } from '@sparekey/provisioning';
import type { Invocation } from './command.ts';
import { connectionOf, scimOperator } from './scim-target.ts';
import { withStorage } from './session.ts';

/** Opens tasks of these states again, and tells the audit trail who did; returns how many. */
export async function reopenTasks(
  { operands: [realmName = '', name = ''] }: Invocation,
  states: readonly Exclude<TaskState, 'open'>[],
  type: 'scim_tasks.allowed' | 'scim_tasks.retried',
): Promise<number> {
  return withStorage(async ({ storage }) => {
    const { connection } = await connectionOf(storage, realmName, name);
    let count = 0;
    for (const state of states) count += await storage.scim.queue.reopen(connection, state);
    if (count > 0) {
      const { realmId } = connection;
      const detail = { connection: connection.name, count };
      await storage.stores.audit.append({ type, realmId, actor: scimOperator, outcome: 'success', detail });
    }
    return count;
  });
}
