import { parseArgs } from 'node:util';
import { type Command, commonOptions, UsageError } from './command.ts';

export interface Parsed {
  command: Command;
  operands: string[];
  options: Record<string, string | boolean | undefined>;
}

/** The command that the first words name, the longest name first. */
export function findCommand(words: readonly string[], commands: readonly Command[]): Command | undefined {
  return commands
    .filter(({ name }) => name.split(' ').every((word, index) => words[index] === word))
    .toSorted((a, b) => b.name.length - a.name.length)[0];
}

function unknownCommand(words: readonly string[], commands: readonly Command[]): UsageError {
  const [first] = words;
  const related = commands.filter(({ name }) => name.split(' ')[0] === first).map(({ name }) => name);
  const choice = related.length > 0 ? related : commands.map(({ name }) => name);
  return new UsageError(`There is no command "${words.slice(0, 2).join(' ')}". There is: ${choice.join(', ')}.`);
}

function checkOperands(command: Command, given: readonly string[]): void {
  const required = command.operands.filter((name) => !name.startsWith('['));
  const missing = required[given.length];
  if (missing !== undefined) throw new UsageError(`${missing.replace('…', '')} is missing.`, command);
  const many = command.operands.some((name) => name.includes('…'));
  const surplus = given[command.operands.length];
  if (!many && surplus !== undefined) throw new UsageError(`"${surplus}" is one word too many.`, command);
}

/** Errors: UsageError for an unknown command or option, a missing or surplus operand, a value that is not accepted. */
export function parse(argv: readonly string[], commands: readonly Command[]): Parsed {
  const words = argv.filter((word) => !word.startsWith('-'));
  const command = findCommand(words, commands);
  if (command === undefined) throw unknownCommand(words, commands);
  const declared = { ...command.options, ...commonOptions };
  let positionals: string[];
  let values: Record<string, string | boolean | undefined>;
  try {
    ({ positionals, values } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      strict: true,
      options: Object.fromEntries(
        Object.entries(declared).map(([name, { value }]) => [
          name,
          { type: value === undefined ? 'boolean' : 'string' },
        ]),
      ),
    }));
  } catch (error) {
    // Node's message goes on with advice about `--` that does not fit here.
    const [message = ''] = (error as Error).message.split('. To specify');
    throw new UsageError(`${message.replace(/\.$/, '')}.`, command);
  }
  const operands = positionals.slice(command.name.split(' ').length);
  if (values.help !== true) {
    checkOperands(command, operands);
    for (const [name, { oneOf }] of Object.entries(declared)) {
      const value = values[name];
      if (oneOf !== undefined && value !== undefined && !oneOf.includes(String(value))) {
        throw new UsageError(`--${name} takes ${oneOf.join(' or ')}, not "${value}".`, command);
      }
    }
  }
  return { command, operands, options: values };
}
