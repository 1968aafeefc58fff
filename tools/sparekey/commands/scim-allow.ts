import type { Command } from '../command.ts';
import { reopened } from '../scim-reopen.ts';
import { subjectOptions } from './subject-of.ts';

export const scimAllow: Command = {
  name: 'scim allow',
  operands: ['REALM', 'CONNECTION'],
  summary: 'Lets go what the brake of a target or source holds, and what it asks about',
  details: [
    'Look at `scim tasks` first. Only what is held now is allowed: whoever vanishes afterwards is held again. With `--user` or `--group` only that one is. The provisioner does it at its next look.',
  ],
  options: subjectOptions,
  async run(invocation) {
    const count = await reopened(invocation, scimAllow, 'allow');
    invocation.output.print(invocation.output.json ? JSON.stringify({ allowed: count }) : `${count} allowed.`);
    return 0;
  },
};
