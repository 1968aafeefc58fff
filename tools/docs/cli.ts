import { commonOptions, usage } from '../sparekey/command.ts';
import { commands } from '../sparekey/commands/index.ts';
import { generatedFrom, markdownTable, type Page } from './page.ts';

const optionRows = (options: typeof commonOptions) =>
  Object.entries(options).map(([name, { value, about }]) => [
    `\`--${name}${value === undefined ? '' : ` ${value}`}\``,
    about,
  ]);

export const page: Page = {
  path: 'docs/reference/cli.md',
  render: () =>
    [
      generatedFrom('tools/sparekey/commands/'),
      '# Command line',
      '',
      'Commands work on the database: that of `DATABASE_URL`, or else the embedded one of the data directory, whether the server runs or not. Results go to standard output, everything else to standard error. Exit codes: 0 done, 1 failed, 2 not understood.',
      '',
      'Every command takes:',
      '',
      markdownTable(['Option', 'Meaning'], optionRows(commonOptions)),
      '',
      ...commands.flatMap((command) => [
        `## ${command.name}`,
        '',
        `${command.summary}.`,
        '',
        '```sh',
        usage(command),
        '```',
        '',
        ...command.details.flatMap((paragraph) => [paragraph, '']),
        ...(Object.keys(command.options).length > 0
          ? [markdownTable(['Option', 'Meaning'], optionRows(command.options)), '']
          : []),
      ]),
    ].join('\n'),
};
