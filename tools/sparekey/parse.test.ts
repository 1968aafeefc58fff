import { UsageError } from './command.ts';
import { commands } from './commands/index.ts';
import { commandHelp, overview } from './help-text.ts';
import { parse } from './parse.ts';

function refusal(args: readonly string[]): UsageError {
  try {
    parse(args, commands);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error('was understood');
}

test.each([
  [['nonsense'], 'There is no command "nonsense"'],
  [['realm'], 'There is: realm list, realm import, realm export'],
  [['realm', 'improt', 'x.json'], 'There is no command "realm improt"'],
  [['realm', 'import'], 'FILE is missing'],
  [['realm', 'export'], 'REALM is missing'],
  [['realm', 'list', 'demo'], '"demo" is one word too many'],
  [['realm', 'import', 'x.json', '--if-exists', 'merge'], '--if-exists takes fail or skip, not "merge"'],
  [['realm', 'export', 'demo', '--file'], '--file'],
  [['realm', 'list', '--verbose'], "Unknown option '--verbose'"],
  [['keys', 'rotate', 'demo', '--alg', 'HS256'], '--alg takes ES256 or RS256 or EdDSA, not "HS256"'],
])('%j is not understood, and the message says why', (args, message) => {
  expect(refusal(args).message).toContain(message);
});

test('options may stand before, between and after the words', () => {
  for (const args of [
    ['--json', 'realm', 'export', 'demo', '--file', 'x'],
    ['realm', 'export', '--file=x', 'demo', '--json'],
  ]) {
    const { command, operands, options } = parse(args, commands);
    expect([command.name, operands, options.file, options.json]).toEqual(['realm export', ['demo'], 'x', true]);
  }
});

test('--help is answered whatever else is missing', () => {
  expect(parse(['realm', 'export', '--help'], commands).options.help).toBe(true);
});

test('the help names every command, and each of them its operands and options', () => {
  for (const command of commands) {
    expect(overview(commands)).toContain(command.name);
    const text = commandHelp(command);
    for (const word of [...command.operands, ...Object.keys(command.options), '--json']) expect(text).toContain(word);
  }
});
