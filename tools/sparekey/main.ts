import '@sparekey/config/require-node';
import { SettingsError } from '@sparekey/config';
import { AppError } from '@sparekey/contracts';
import { EmbeddedPostgresError } from '@sparekey/storage/embedded';
import { type Output, UsageError, usage } from './command.ts';
import { commands } from './commands/index.ts';
import { commandHelp } from './help-text.ts';
import { parse } from './parse.ts';

/** Runs one command line. Resolves to the exit code: 0 done, 1 failed, 2 not understood. */
async function main(argv: readonly string[]): Promise<number> {
  const output: Output = {
    json: argv.includes('--json'),
    print: (text) => process.stdout.write(`${text}\n`),
    note: (text) => process.stderr.write(`${text}\n`),
  };
  try {
    const { command, operands, options } = parse(argv.length > 0 ? argv : ['help'], commands);
    if (options.help === true) {
      output.print(commandHelp(command));
      return 0;
    }
    const code = await command.run({
      operands,
      flag: (name) => options[name] === true,
      value: (name) => (typeof options[name] === 'string' ? options[name] : undefined),
      output,
    });
    return code ?? 0;
  } catch (error) {
    if (error instanceof UsageError) {
      output.note(error.message);
      output.note(error.command ? `Usage: ${usage(error.command)}` : 'See: npm run sparekey -- help');
      return 2;
    }
    const expected =
      error instanceof AppError || error instanceof SettingsError || error instanceof EmbeddedPostgresError;
    output.note(expected ? error.message : String((error as Error).stack ?? error));
    return 1;
  }
}

// A reader that has seen enough, such as head, closes the pipe: no reason to fail.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
process.exitCode = await main(process.argv.slice(2));
