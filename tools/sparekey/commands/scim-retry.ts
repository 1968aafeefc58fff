import type { Command } from '../command.ts';
import { reopened } from '../scim-reopen.ts';

export const scimRetry: Command = {
  name: 'scim retry',
  operands: ['REALM', 'CONNECTION'],
  summary: 'Tries again what a target refused for good',
  details: ['A change of the person, the group or the mapping does so by itself.'],
  options: {},
  async run(invocation) {
    const count = await reopened(invocation, 'retry');
    invocation.output.print(invocation.output.json ? JSON.stringify({ retried: count }) : `${count} tried again.`);
    return 0;
  },
};
