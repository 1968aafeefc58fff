import type { Command } from '../command.ts';
import { connectionOf } from '../scim-target.ts';
import { withStorage } from '../session.ts';
import { table } from '../table.ts';

const day = (moment: Date) => moment.toISOString().slice(0, 10);

export const scimTokenList: Command = {
  name: 'scim token list',
  operands: ['REALM', 'NAME'],
  summary: 'Lists the bearer tokens of a connection: until when they are good, and when they were used last',
  details: [],
  options: {},
  async run({ operands: [realmName = '', name = ''], output }) {
    const tokens = await withStorage(async ({ storage }) => {
      const { connection } = await connectionOf(storage, realmName, name);
      return storage.stores.scimTokens.list(connection.realmId, connection.id);
    });
    if (output.json) {
      output.print(JSON.stringify(tokens, undefined, 2));
      return 0;
    }
    const now = new Date();
    output.print(
      table(
        ['id', 'label', 'issued', 'good until', 'last used'],
        tokens.map(({ id, label, createdAt, expiresAt, lastUsedAt }) => [
          id,
          label,
          day(createdAt),
          expiresAt < now ? `${day(expiresAt)} (over)` : day(expiresAt),
          lastUsedAt === undefined ? 'never' : lastUsedAt.toISOString(),
        ]),
      ),
    );
    return 0;
  },
};
