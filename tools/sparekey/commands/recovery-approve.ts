import { approveRecovery } from '@sparekey/realms';
import type { Command } from '../command.ts';
import { deciding } from '../help-desk.ts';
import { operatorOptions } from '../operator.ts';

export const recoveryApprove: Command = {
  name: 'recovery approve',
  operands: ['REALM', 'CASE'],
  summary: 'Lets a recovery that waits go on',
  details: [
    'People with a privileged role (`recovery.privilegedRoles` of the policy) need two administrators. The person goes on in the browser in which they waited.',
  ],
  options: operatorOptions,
  async run(invocation) {
    const { operands, output } = invocation;
    const [, id = ''] = operands;
    const approved = await deciding(invocation, recoveryApprove, ({ helpDesk, ...decision }) =>
      approveRecovery(helpDesk, { ...decision, recovery: id }),
    );
    const { state, approvals, approvalsNeeded } = approved;
    if (output.json) output.print(JSON.stringify({ case: id, state, approvals, approvalsNeeded }, undefined, 2));
    else if (state === 'approved') output.print('Approved: the person can go on.');
    else
      output.print(`${approvals.length} of ${approvalsNeeded} approvals: another administrator has to approve it too.`);
    return 0;
  },
};
