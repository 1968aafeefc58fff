import { AppError } from '@sparekey/contracts';
import type { Command } from '../command.ts';
import { operatorOf, operatorOptions } from '../operator.ts';
import { withStorage } from '../session.ts';
import { realmOf } from './realm-of.ts';

export const recoveryApprove: Command = {
  name: 'recovery approve',
  operands: ['REALM', 'CASE'],
  summary: 'Lets a recovery that waits go on',
  details: [
    'People with a privileged role (`recovery.privilegedRoles` of the policy) need two operators of different names. The person goes on in the browser in which they waited.',
  ],
  options: operatorOptions,
  async run(invocation) {
    const { operands, output } = invocation;
    const [name = '', id = ''] = operands;
    const { operator, reason } = operatorOf(invocation, recoveryApprove);
    const approved = await withStorage(async ({ storage }) => {
      const realm = await realmOf(storage, name);
      return storage.transaction(async (stores) => {
        const found = await stores.recoveryCases.approve(realm.id, id, operator);
        if (found === undefined) {
          throw new AppError('not_found', `No recovery ${id} waits for ${operator}: see recovery list ${name}`);
        }
        await stores.audit.append({
          type: 'recovery.approved',
          realmId: realm.id,
          actor: { kind: 'operator', name: operator },
          subject: found.userId,
          outcome: 'success',
          signInUid: found.signInUid,
          detail: { case: id, why: reason, approvals: found.approvals.length, needed: found.approvalsNeeded },
        });
        return found;
      });
    });
    const { state, approvals, approvalsNeeded } = approved;
    if (output.json) output.print(JSON.stringify({ case: id, state, approvals, approvalsNeeded }, undefined, 2));
    else if (state === 'approved') output.print('Approved: the person can go on.');
    else
      output.print(`${approvals.length} of ${approvalsNeeded} approvals: another administrator has to approve it too.`);
    return 0;
  },
};
