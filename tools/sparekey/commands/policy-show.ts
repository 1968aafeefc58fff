import { effectivePolicy, policySettings, valueAt } from '@sparekey/policy';
import type { Command } from '../command.ts';
import { organizationOption, policyTarget, spelled } from '../policy-target.ts';
import { withStorage } from '../session.ts';
import { table } from '../table.ts';

export const policyShow: Command = {
  name: 'policy show',
  operands: ['REALM'],
  summary: 'Shows the policy of a realm, or what one of its organizations decides',
  details: [
    'Every setting with its value and whether the realm decided it or has the default. Of an organization only what it decides: it can make settings stricter, and what is laxer than the realm has no effect.',
    'The JSON of --json is what `policy set --file` takes, under `policy`.',
  ],
  options: { organization: organizationOption },
  async run({ operands: [name = ''], value, output }) {
    const { realm, organization, version } = await withStorage(async ({ storage }) => {
      const target = await policyTarget(storage, name, value('organization'));
      const { policies } = storage.stores;
      return { ...target, version: await policies.version(target.realm.id, target.organization?.id) };
    });
    const policy = organization ? (organization.policy ?? {}) : realm.policy;
    if (output.json) {
      output.print(JSON.stringify({ version, policy }, undefined, 2));
      return 0;
    }
    const { explain } = effectivePolicy(realm.policy, []);
    const rows = policySettings
      .map(({ path }) => [path, valueAt(policy, path), explain[path]?.from] as const)
      .filter(([, decided]) => decided !== undefined)
      .map(([path, decided, from]) => [path, spelled(decided), organization ? organization.alias : String(from)]);
    output.print(table(['setting', 'value', 'from'], rows));
    output.note(`Version ${version}.`);
    return 0;
  },
};
