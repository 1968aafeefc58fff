import { randomBytes } from 'node:crypto';
import { issueScimToken, scimTokenDays } from '@sparekey/provisioning';
import { type Command, UsageError } from '../command.ts';
import { connectionOf, scimOperator } from '../scim-target.ts';
import { withStorage } from '../session.ts';

export const scimTokenIssue: Command = {
  name: 'scim token issue',
  operands: ['REALM', 'NAME'],
  summary: 'Issues a bearer token to a directory that writes to a realm',
  details: [
    'The token is printed this once, alone on standard output. Two are good at once: issue the second, type it in at the directory, then revoke the first.',
  ],
  options: {
    label: { value: 'TEXT', about: 'What it is for; shown in the list' },
    days: {
      value: 'N',
      about: `How long it is good: ${scimTokenDays.min} to ${scimTokenDays.max}, by default ${scimTokenDays.default}`,
    },
  },
  async run({ operands: [realmName = '', name = ''], value, output }) {
    const days = Number(value('days') ?? scimTokenDays.default);
    if (!Number.isInteger(days) || days < scimTokenDays.min || days > scimTokenDays.max) {
      throw new UsageError(
        `--days is a whole number from ${scimTokenDays.min} to ${scimTokenDays.max}.`,
        scimTokenIssue,
      );
    }
    const label = value('label') ?? 'command line';
    const { token, kept } = await withStorage(async ({ storage }) => {
      const { connection } = await connectionOf(storage, realmName, name);
      if (connection.kind !== 'server') {
        throw new UsageError(
          `${name} is a ${connection.kind}: tokens are for directories that write to us.`,
          scimTokenIssue,
        );
      }
      const given = { label, days, now: new Date(), random: randomBytes };
      return storage.transaction((stores) => issueScimToken(stores, connection, given, scimOperator));
    });
    if (output.json) {
      output.print(JSON.stringify({ id: kept.id, token, expiresAt: kept.expiresAt }, undefined, 2));
      return 0;
    }
    output.print(token);
    output.note(
      `Good until ${kept.expiresAt.toISOString().slice(0, 10)}; its id is ${kept.id}. It is not shown again.`,
    );
    return 0;
  },
};
