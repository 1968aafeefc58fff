import { readFile } from 'node:fs/promises';
import {
  type PolicyPreset,
  policyPresets,
  policySettings,
  valueAt,
  withAssignments,
  withValueAt,
} from '@sparekey/policy';
import { changePolicy, PolicyError } from '@sparekey/realms';
import { type Command, UsageError } from '../command.ts';
import { changeTable, organizationOption, policyTarget } from '../policy-target.ts';
import { withStorage } from '../session.ts';

const presets = Object.keys(policyPresets) as PolicyPreset[];

/** Undoes the transaction of a dry run, and carries what it would have done. */
class DryRun extends Error {}

async function jsonOf(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file} cannot be read as JSON: ${(error as Error).message}`, policySet);
  }
}

/** Puts every setting of a preset over a policy. */
function withPreset(tree: unknown, preset: PolicyPreset): unknown {
  const { settings } = policyPresets[preset];
  return policySettings.reduce<unknown>((whole, { path }) => {
    const chosen = valueAt(settings, path);
    return chosen === undefined ? whole : withValueAt(whole, path, chosen);
  }, tree);
}

function versionOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--version takes a number, not "${text}".`, policySet);
  return Number(text);
}

export const policySet: Command = {
  name: 'policy set',
  operands: ['REALM', '[PATH=VALUE…]'],
  summary: 'Changes the policy of a realm, or what one of its organizations decides',
  details: [
    'All or nothing: the policy is checked as a whole, and every problem is told by its path. What changed is printed, kept in the history and told to the audit trail. Processes that serve the realm follow within a second.',
    'A VALUE is a word, a number, a list with commas, or JSON. An empty one takes the setting away: a realm has its default again, an organization decides nothing there.',
    'With --file the policy becomes what the file says, with defaults for the rest; a preset and PATH=VALUE are put over it.',
  ],
  options: {
    organization: organizationOption,
    file: { value: 'FILE', about: 'JSON of the whole policy, as `policy show --json` has it under `policy`' },
    preset: { value: 'NAME', oneOf: presets, about: 'Settings under one name' },
    version: { value: 'NUMBER', about: 'Only if this is still the version, as `policy show` told it' },
    'dry-run': { about: 'Only checks and prints what would change' },
  },
  async run({ operands: [name = '', ...assignments], value, flag, output }) {
    const [file, preset] = [value('file'), presets.find((known) => known === value('preset'))];
    if (assignments.length === 0 && file === undefined && preset === undefined) {
      throw new UsageError('Nothing to set: give PATH=VALUE, --file or --preset.', policySet);
    }
    const whole = file === undefined ? undefined : await jsonOf(file);
    const basedOn = versionOf(value('version'));
    const actor = { kind: 'operator', name: 'sparekey policy set' } as const;
    const revise = (present: unknown) => {
      const start = whole ?? present;
      return withAssignments(preset === undefined ? start : withPreset(start, preset), assignments);
    };
    try {
      const { version, changes } = await withStorage(async ({ storage }) => {
        const { realm, organization } = await policyTarget(storage, name, value('organization'));
        let done: Awaited<ReturnType<typeof changePolicy>> | undefined;
        try {
          await storage.transaction(async (stores) => {
            done = await changePolicy(stores, realm, organization, { revise, basedOn, actor });
            if (flag('dry-run')) throw new DryRun();
          });
        } catch (error) {
          if (!(error instanceof DryRun)) throw error;
        }
        if (done === undefined) throw new Error('a transaction ended without its work');
        return done;
      });
      if (output.json) output.print(JSON.stringify({ version, changes }, undefined, 2));
      else if (changes.length === 0) output.print('Nothing changes.');
      else {
        output.print(changeTable(changes));
        output.note(flag('dry-run') ? 'Nothing was written.' : `Version ${version}.`);
      }
      return 0;
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      if (output.json) output.print(JSON.stringify({ problems: error.problems }, undefined, 2));
      output.note(error.message);
      return 1;
    }
  },
};
