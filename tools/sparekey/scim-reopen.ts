import { reopenTasks } from '@sparekey/provisioning';
import type { Invocation } from './command.ts';
import { connectionOf, scimOperator } from './scim-target.ts';
import { withStorage } from './session.ts';

/** Opens tasks of a connection again, in the name of the operator; returns how many. */
export async function reopened(
  { operands: [realmName = '', name = ''] }: Invocation,
  decision: 'allow' | 'retry',
): Promise<number> {
  return withStorage(async ({ storage }) => {
    const { connection } = await connectionOf(storage, realmName, name);
    return storage.transaction((stores) => reopenTasks(stores, connection, decision, scimOperator));
  });
}
