import type { Command } from '../command.ts';
import { organizationOption, policyTarget, spelled } from '../policy-target.ts';
import { withStorage } from '../session.ts';
import { table } from '../table.ts';

export const policyHistory: Command = {
  name: 'policy history',
  operands: ['REALM'],
  summary: 'Lists every change of a policy: when, by whom, what it was and became',
  details: ['Newest first. What an import of the realm brought along is no change.'],
  options: { organization: organizationOption },
  async run({ operands: [name = ''], value, output }) {
    const history = await withStorage(async ({ storage }) => {
      const { realm, organization } = await policyTarget(storage, name, value('organization'));
      return storage.stores.policies.history(realm.id, organization?.id);
    });
    if (output.json) output.print(JSON.stringify(history, undefined, 2));
    else if (history.length === 0) output.print('The policy was never changed.');
    else {
      const rows = history.flatMap(({ version, changedAt, changedBy, changes }) =>
        changes.map(({ path, before, after }) => [
          String(version),
          changedAt.toISOString(),
          changedBy,
          path,
          spelled(before),
          spelled(after),
        ]),
      );
      output.print(table(['version', 'when', 'by', 'setting', 'before', 'after'], rows));
    }
    return 0;
  },
};
