import type { Command } from '../command.ts';
import { withStorage } from '../session.ts';
import { table } from '../table.ts';

export const realmList: Command = {
  name: 'realm list',
  operands: [],
  summary: 'Lists the realms',
  details: [],
  options: {},
  async run({ output }) {
    const realms = await withStorage(async ({ storage, settings }) =>
      (await storage.stores.realms.list()).map(({ name, displayName, enabled, createdAt }) => ({
        realm: name,
        displayName: displayName ?? '',
        enabled,
        issuer: `${settings.url}/realms/${name}`,
        createdAt,
      })),
    );
    if (output.json) {
      output.print(JSON.stringify(realms, undefined, 2));
      return 0;
    }
    output.print(
      table(
        ['realm', 'name', 'enabled', 'issuer'],
        realms.map(({ realm, displayName, enabled, issuer }) => [realm, displayName, enabled ? 'yes' : 'no', issuer]),
      ),
    );
    return 0;
  },
};
