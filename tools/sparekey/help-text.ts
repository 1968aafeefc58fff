import { type Command, commonOptions, usage } from './command.ts';

/** All commands in one screen. */
export function overview(commands: readonly Command[]): string {
  const names = commands.map(({ name, operands }) => [name, ...operands].join(' '));
  const width = Math.max(...names.map((name) => name.length));
  const lines = commands.map(({ summary }, index) => `  ${(names[index] ?? '').padEnd(width)}  ${summary}`);
  return [
    'Administers a Sparekey server through its database.',
    '',
    'Usage: npm run sparekey -- COMMAND [OPTION…]',
    '',
    ...lines,
    '',
    'Every command takes --json and --help. Exit codes: 0 done, 1 failed, 2 not understood.',
    'Without DATABASE_URL a command works on the embedded database of the data directory, whether it runs or not.',
  ].join('\n');
}

export function commandHelp(command: Command): string {
  const options = Object.entries({ ...command.options, ...commonOptions }).map(([name, { value, about }]) => ({
    name: `--${name}${value === undefined ? '' : ` ${value}`}`,
    about,
  }));
  const width = Math.max(...options.map(({ name }) => name.length));
  return [
    `${command.summary}.`,
    '',
    `Usage: ${usage(command)}`,
    '',
    ...command.details.flatMap((paragraph) => [paragraph, '']),
    ...options.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`),
  ].join('\n');
}
