import { type Command, UsageError } from '../command.ts';
import { commandHelp, overview } from '../help-text.ts';
import { findCommand } from '../parse.ts';
import { commands } from './index.ts';

export const help: Command = {
  name: 'help',
  operands: ['[COMMAND…]'],
  summary: 'Lists the commands, or tells how to use one',
  details: [],
  options: {},
  async run({ operands, output }) {
    if (operands.length === 0) {
      output.print(
        output.json ? JSON.stringify(commands.map(({ name, summary }) => ({ name, summary }))) : overview(commands),
      );
      return 0;
    }
    const command = findCommand(operands, commands);
    if (command === undefined) throw new UsageError(`There is no command "${operands.join(' ')}".`);
    output.print(commandHelp(command));
    return 0;
  },
};
