import { addScimConnection, assignScimSettings, ScimConnectionError, scimKinds } from '@sparekey/provisioning';
import { type Command, UsageError } from '../command.ts';
import { organizationOption, policyTarget } from '../policy-target.ts';
import { scimOperator, secretFrom, settingsFrom } from '../scim-target.ts';
import { withStorage } from '../session.ts';

export const scimConnectionAdd: Command = {
  name: 'scim connection add',
  operands: ['REALM', 'NAME', '[PATH=VALUE…]'],
  summary: 'Connects a realm, or an organization of it, with a directory',
  details: [
    'A server lets a directory write to us, a target is a directory that we keep in step, a source one that we read. The settings of each are listed in docs/reference/scim-connections.md.',
    'A VALUE is a word, a number or JSON; PATH=VALUE is put over what --settings says. A target or source without a secret is paused until `scim connection update --secret-file` gives it one.',
  ],
  options: {
    kind: { value: 'KIND', oneOf: scimKinds, about: 'Who writes to whom' },
    profile: { value: 'PROFILE', about: 'Whose ways the other side has; strict when left out' },
    organization: { ...organizationOption, about: 'Only people and groups of this organization' },
    settings: { value: 'FILE', about: 'Settings as JSON; - is standard input' },
    'secret-file': {
      value: 'FILE',
      about: 'One line: the bearer token, password or client secret for the other side; - is standard input',
    },
  },
  async run({ operands: [realmName = '', name = '', ...assignments], value, output }) {
    const kind = scimKinds.find((each) => each === value('kind'));
    if (kind === undefined) throw new UsageError('--kind is missing.', scimConnectionAdd);
    const given = await settingsFrom(value('settings'), scimConnectionAdd);
    const secret = await secretFrom(value('secret-file'), scimConnectionAdd);
    const { tree: settings, problems } = assignScimSettings(given ?? {}, assignments);
    if (problems.length > 0) throw new ScimConnectionError(name, problems);
    const connection = await withStorage(async ({ storage }) => {
      const { realm, organization } = await policyTarget(storage, realmName, value('organization'));
      const draft = {
        name,
        kind,
        profile: value('profile') ?? 'strict',
        organizationId: organization?.id,
        settings,
        secret,
      };
      return storage.transaction((stores) => addScimConnection(stores, realm.id, draft, scimOperator));
    });
    if (output.json) output.print(JSON.stringify(connection, undefined, 2));
    else output.print(`${connection.name} is ${connection.state}${reasonOf(connection)}.`);
    return 0;
  },
};

const reasonOf = ({ stateReason }: { stateReason?: string }) => (stateReason === undefined ? '' : `: ${stateReason}`);
