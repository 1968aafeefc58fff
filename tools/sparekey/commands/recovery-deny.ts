import { denyRecovery } from '@sparekey/realms';
import type { Command } from '../command.ts';
import { deciding } from '../help-desk.ts';
import { operatorOptions } from '../operator.ts';

export const recoveryDeny: Command = {
  name: 'recovery deny',
  operands: ['REALM', 'CASE'],
  summary: 'Stops a recovery for good, whether it waits or goes on',
  details: ['The code stays spent. What was already set up stays: end the sessions of the person too, where in doubt.'],
  options: operatorOptions,
  async run(invocation) {
    const { operands, output } = invocation;
    const [, id = ''] = operands;
    await deciding(invocation, recoveryDeny, ({ helpDesk, ...decision }) =>
      denyRecovery(helpDesk, { ...decision, recovery: id }),
    );
    output.print(output.json ? JSON.stringify({ case: id, state: 'vetoed' }, undefined, 2) : 'Stopped.');
    return 0;
  },
};
