import { revokePass } from '@sparekey/realms';
import type { Command } from '../command.ts';
import { deciding } from '../help-desk.ts';
import { operatorOptions } from '../operator.ts';

export const userRevokePass: Command = {
  name: 'user revoke-pass',
  operands: ['REALM', 'PASS'],
  summary: 'Ends a pass that is not used yet',
  details: [],
  options: operatorOptions,
  async run(invocation) {
    const { operands, output } = invocation;
    const [, pass = ''] = operands;
    await deciding(invocation, userRevokePass, ({ helpDesk, ...decision }) =>
      revokePass(helpDesk, { ...decision, pass }),
    );
    output.print(output.json ? JSON.stringify({ pass, revoked: true }, undefined, 2) : 'Revoked.');
    return 0;
  },
};
