import { removeScimConnection } from '@sparekey/provisioning';
import type { Command } from '../command.ts';
import { connectionOf, scimOperator } from '../scim-target.ts';
import { withStorage } from '../session.ts';

export const scimConnectionRemove: Command = {
  name: 'scim connection remove',
  operands: ['REALM', 'NAME'],
  summary: 'Removes a connection and what is known of the other side',
  details: ['People and groups stay, here and on the other side.'],
  options: {},
  async run({ operands: [realmName = '', name = ''], output }) {
    await withStorage(async ({ storage }) => {
      const { connection } = await connectionOf(storage, realmName, name);
      await storage.transaction((stores) => removeScimConnection(stores, connection, scimOperator));
    });
    if (output.json) output.print(JSON.stringify({ removed: name }));
    else output.print(`${name} is removed.`);
    return 0;
  },
};
