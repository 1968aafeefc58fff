import { AppError } from '@sparekey/contracts';
import { isOfKind } from '@sparekey/provisioning';
import type { Command } from '../command.ts';
import { connectionOf } from '../scim-target.ts';
import { withStorage } from '../session.ts';

export const scimSync: Command = {
  name: 'scim sync',
  operands: ['REALM', 'CONNECTION'],
  summary: 'Has a target looked at as a whole',
  details: [
    'Everyone in scope and everyone linked is marked; the provisioner looks at them, and `scim tasks` tells how far it is.',
  ],
  options: {},
  async run({ operands: [realmName = '', name = ''], output }) {
    const scheduled = await withStorage(async ({ storage }) => {
      const { connection } = await connectionOf(storage, realmName, name);
      if (!isOfKind(connection, 'target')) throw new AppError('validation_failed', `${name} is no target`);
      return storage.scim.queue.scheduleAll(connection);
    });
    output.print(output.json ? JSON.stringify({ scheduled }) : `${scheduled} people and groups are looked at.`);
    return 0;
  },
};
