import type { Command } from '../command.ts';
import { reopened } from '../scim-reopen.ts';
import { subjectOptions } from './subject-of.ts';

export const scimRetry: Command = {
  name: 'scim retry',
  operands: ['REALM', 'CONNECTION'],
  summary: 'Tries again what was given up: of everybody, or of one',
  details: ['A change of the person, the group or the mapping does so by itself; of a source, the next reading.'],
  options: subjectOptions,
  async run(invocation) {
    const count = await reopened(invocation, scimRetry, 'retry');
    invocation.output.print(invocation.output.json ? JSON.stringify({ retried: count }) : `${count} tried again.`);
    return 0;
  },
};
