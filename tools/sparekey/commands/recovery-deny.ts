import { AppError } from '@sparekey/contracts';
import type { Command } from '../command.ts';
import { operatorOf, operatorOptions } from '../operator.ts';
import { withStorage } from '../session.ts';
import { realmOf } from './realm-of.ts';

export const recoveryDeny: Command = {
  name: 'recovery deny',
  operands: ['REALM', 'CASE'],
  summary: 'Stops a recovery for good, whether it waits or goes on',
  details: ['The code stays spent. What was already set up stays: end the sessions of the person too, where in doubt.'],
  options: operatorOptions,
  async run(invocation) {
    const { operands, output } = invocation;
    const [name = '', id = ''] = operands;
    const { operator, reason } = operatorOf(invocation, recoveryDeny);
    await withStorage(async ({ storage }) => {
      const realm = await realmOf(storage, name);
      await storage.transaction(async (stores) => {
        const found = await stores.recoveryCases.veto(realm.id, id);
        if (found === undefined) throw new AppError('not_found', `There is no recovery ${id} to stop in realm ${name}`);
        await stores.audit.append({
          type: 'recovery.vetoed',
          realmId: realm.id,
          actor: { kind: 'operator', name: operator },
          subject: found.userId,
          outcome: 'success',
          signInUid: found.signInUid,
          detail: { case: id, why: reason },
        });
      });
    });
    output.print(output.json ? JSON.stringify({ case: id, state: 'vetoed' }, undefined, 2) : 'Stopped.');
    return 0;
  },
};
