import {
  assignScimSettings,
  changeScimConnection,
  moveScimConnection,
  ScimConnectionError,
} from '@sparekey/provisioning';
import { type Command, UsageError } from '../command.ts';
import { connectionOf, scimOperator, secretFrom, settingsFrom } from '../scim-target.ts';
import { withStorage } from '../session.ts';

const states = ['active', 'paused', 'disabled'] as const;

export const scimConnectionUpdate: Command = {
  name: 'scim connection update',
  operands: ['REALM', 'NAME', '[PATH=VALUE…]'],
  summary: 'Changes a connection, its secret or its state',
  details: [
    'With --settings the settings become what the file says, with defaults for the rest; PATH=VALUE is put over it, and an empty VALUE gives a setting its default again.',
    'A connection that is in quarantine works again after `--state active`.',
  ],
  options: {
    rename: { value: 'NAME', about: 'Another name; the address of a server changes with it' },
    profile: { value: 'PROFILE', about: 'Whose ways the other side has' },
    settings: { value: 'FILE', about: 'Settings as JSON; - is standard input' },
    'secret-file': { value: 'FILE', about: 'One line: a new secret for the other side; - is standard input' },
    state: { value: 'STATE', oneOf: states, about: 'active, paused or disabled' },
  },
  async run({ operands: [realmName = '', name = '', ...assignments], value, output }) {
    const given = await settingsFrom(value('settings'), scimConnectionUpdate);
    const secret = await secretFrom(value('secret-file'), scimConnectionUpdate);
    const state = states.find((each) => each === value('state'));
    const change = { name: value('rename'), profile: value('profile'), secret };
    const settingsChange = given !== undefined || assignments.length > 0;
    const changes = settingsChange || Object.values(change).some((part) => part !== undefined);
    if (!changes && state === undefined) throw new UsageError('Nothing to change.', scimConnectionUpdate);
    const after = await withStorage(async ({ storage }) => {
      const { connection } = await connectionOf(storage, realmName, name);
      const { tree, problems } = assignScimSettings(given ?? connection.settings, assignments);
      if (problems.length > 0) throw new ScimConnectionError(name, problems);
      return storage.transaction(async (stores) => {
        if (changes) {
          const settings = settingsChange ? tree : undefined;
          await changeScimConnection(stores, connection, { ...change, settings }, scimOperator);
        }
        if (state !== undefined) await moveScimConnection(stores, connection, state, { actor: scimOperator });
        return stores.scimConnections.byId(connection.realmId, connection.id);
      });
    });
    if (output.json) output.print(JSON.stringify(after, undefined, 2));
    else output.print(`${after?.name} is ${after?.state}, version ${after?.version}.`);
    return 0;
  },
};
