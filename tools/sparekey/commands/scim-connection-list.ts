import type { Command } from '../command.ts';
import { withStorage } from '../session.ts';
import { table } from '../table.ts';
import { realmOf } from './realm-of.ts';

export const scimConnectionList: Command = {
  name: 'scim connection list',
  operands: ['REALM'],
  summary: 'Lists the directories that a realm is connected with',
  details: [],
  options: {},
  async run({ operands: [name = ''], output }) {
    const connections = await withStorage(async ({ storage }) => {
      const realm = await realmOf(storage, name);
      const aliases = new Map((await storage.stores.organizations.list(realm.id)).map(({ id, alias }) => [id, alias]));
      return (await storage.stores.scimConnections.list(realm.id)).map(
        ({ name, kind, profile, state, stateReason, stateSince, organizationId }) => ({
          name,
          kind,
          profile,
          organization: organizationId === undefined ? undefined : aliases.get(organizationId),
          state,
          reason: stateReason,
          since: stateSince,
        }),
      );
    });
    if (output.json) {
      output.print(JSON.stringify(connections, undefined, 2));
      return 0;
    }
    output.print(
      table(
        ['name', 'kind', 'profile', 'organization', 'state', 'reason'],
        connections.map((each) => [
          each.name,
          each.kind,
          each.profile,
          each.organization ?? '',
          each.state,
          each.reason ?? '',
        ]),
      ),
    );
    return 0;
  },
};
