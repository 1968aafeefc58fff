import { describeSettings, printableSettings } from '@sparekey/config';
import type { Command } from '../command.ts';
import { table } from '../table.ts';

export const config: Command = {
  name: 'config',
  operands: [],
  summary: 'Prints every setting with the value in force',
  details: ['Settings are environment variables. Secrets tell only that they are set.'],
  options: {},
  async run({ output }) {
    const described = new Map(describeSettings().map((setting) => [setting.name, setting]));
    const settings = printableSettings().map((setting) => ({
      ...setting,
      description: described.get(setting.name)?.description ?? '',
    }));
    if (output.json) {
      output.print(JSON.stringify(settings, undefined, 2));
      return 0;
    }
    output.print(
      table(
        ['setting', 'value', 'from', 'what it is'],
        settings.map(({ name, value, given, description }) => [
          name,
          value,
          given ? 'environment' : 'default',
          description,
        ]),
      ),
    );
    return 0;
  },
};
