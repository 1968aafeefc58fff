import { reopenTasks } from '@sparekey/provisioning';
import type { Command, Invocation } from './command.ts';
import { oneOrAll } from './commands/subject-of.ts';
import { connectionOf, scimOperator } from './scim-target.ts';
import { withStorage } from './session.ts';

/** Opens tasks of a connection again, all or those of one, in the name of the operator; returns how many. */
export async function reopened(invocation: Invocation, command: Command, decision: 'allow' | 'retry'): Promise<number> {
  const [realmName = '', name = ''] = invocation.operands;
  return withStorage(async ({ storage }) => {
    const { realm, connection } = await connectionOf(storage, realmName, name);
    const one = await oneOrAll(storage, realm, invocation, command);
    return storage.transaction((stores) => reopenTasks(stores, connection, decision, scimOperator, one?.localId));
  });
}
