import type { Command } from '../command.ts';
import { reopened } from '../scim-reopen.ts';

export const scimAllow: Command = {
  name: 'scim allow',
  operands: ['REALM', 'CONNECTION'],
  summary: 'Lets go what the brake of a target or source holds, and what it asks about',
  details: [
    'Look at `scim tasks` first. Only what is held now is allowed: whoever vanishes afterwards is held again. The provisioner does it at its next look.',
  ],
  options: {},
  async run(invocation) {
    const count = await reopened(invocation, 'allow');
    invocation.output.print(invocation.output.json ? JSON.stringify({ allowed: count }) : `${count} allowed.`);
    return 0;
  },
};
