import type { Command } from '../command.ts';
import { connectionOf } from '../scim-target.ts';
import { withStorage } from '../session.ts';
import { table } from '../table.ts';

/** Leaves of the settings by path, such as `brake.percent`. */
function leaves(tree: unknown, steps: readonly string[] = []): [string, string][] {
  if (typeof tree !== 'object' || tree === null || Array.isArray(tree)) {
    return [[steps.join('.'), typeof tree === 'string' ? tree : JSON.stringify(tree)]];
  }
  return Object.entries(tree).flatMap(([key, inner]) => leaves(inner, [...steps, key]));
}

export const scimConnectionShow: Command = {
  name: 'scim connection show',
  operands: ['REALM', 'NAME'],
  summary: 'Shows a connection with all its settings',
  details: ['Its secret is shown to nobody.'],
  options: {},
  async run({ operands: [realmName = '', name = ''], output }) {
    const { connection } = await withStorage(({ storage }) => connectionOf(storage, realmName, name));
    if (output.json) {
      output.print(JSON.stringify(connection, undefined, 2));
      return 0;
    }
    const { kind, profile, state, stateReason = '', version, settings } = connection;
    output.print(
      table(
        ['setting', 'value'],
        [
          ['kind', kind],
          ['profile', profile],
          ['state', stateReason === '' ? state : `${state}: ${stateReason}`],
          ['version', String(version)],
          ...leaves(settings).map(([path, value]) => [path, value]),
        ],
      ),
    );
    return 0;
  },
};
