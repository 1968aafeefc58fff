import { approvePass } from '@sparekey/realms';
import type { Command } from '../command.ts';
import { deciding } from '../help-desk.ts';
import { operatorOptions } from '../operator.ts';

export const userApprovePass: Command = {
  name: 'user approve-pass',
  operands: ['REALM', 'PASS'],
  summary: 'Approves a pass that another administrator issued to a privileged person',
  details: ['Neither who issued it nor whom it is for can approve it, under whatever of their names.'],
  options: operatorOptions,
  async run(invocation) {
    const { operands, output } = invocation;
    const [, pass = ''] = operands;
    await deciding(invocation, userApprovePass, ({ helpDesk, ...decision }) =>
      approvePass(helpDesk, { ...decision, pass }),
    );
    output.print(output.json ? JSON.stringify({ pass, approved: true }, undefined, 2) : 'Approved.');
    return 0;
  },
};
