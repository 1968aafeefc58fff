import { AppError } from '@sparekey/contracts';
import { revokeScimToken } from '@sparekey/provisioning';
import type { Command } from '../command.ts';
import { connectionOf, scimOperator } from '../scim-target.ts';
import { withStorage } from '../session.ts';

export const scimTokenRevoke: Command = {
  name: 'scim token revoke',
  operands: ['REALM', 'NAME', 'ID'],
  summary: 'Ends a bearer token at once',
  details: [],
  options: {},
  async run({ operands: [realmName = '', name = '', id = ''], output }) {
    await withStorage(async ({ storage }) => {
      const { connection } = await connectionOf(storage, realmName, name);
      const revoked = await storage.transaction((stores) => revokeScimToken(stores, connection, id, scimOperator));
      if (!revoked) throw new AppError('not_found', `${name} has no token ${id}`);
    });
    output.print(output.json ? JSON.stringify({ revoked: id }) : 'The token is revoked.');
    return 0;
  },
};
