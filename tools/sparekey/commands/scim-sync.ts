import { AppError } from '@sparekey/contracts';
import { beginRun } from '@sparekey/provisioning';
import type { Command } from '../command.ts';
import { runWatch } from '../run-watch.ts';
import { connectionOf, scimOperator } from '../scim-target.ts';
import { withStorage } from '../session.ts';

export const scimSync: Command = {
  name: 'scim sync',
  operands: ['REALM', 'CONNECTION'],
  summary: 'Has a target looked at as a whole, or a source read anew',
  details: [
    'Of a target everyone in scope and everyone linked is marked, and the provisioner looks at them; what was sent before counts as what the target holds, which `scim drift` tells the truth of. The command waits for the end and tells what was done. Ctrl-C ends the waiting, not the run: `scim runs` tells how it fares.',
  ],
  options: { 'no-wait': { about: 'Only begin it' } },
  async run({ operands: [realmName = '', name = ''], flag, output }) {
    return withStorage(async ({ storage }) => {
      const { connection } = await connectionOf(storage, realmName, name);
      const run = await storage
        .transaction((stores) => beginRun(stores, connection, scimOperator))
        .catch(async (error) => {
          const isRead = (await storage.scim.runs.openReading(connection)) !== undefined;
          throw isRead
            ? new AppError('conflict', `${name} is being read already; \`scim runs\` tells how far it is.`)
            : error;
        });
      return runWatch({ storage, connection, output, run, waits: !flag('no-wait') });
    });
  },
};
