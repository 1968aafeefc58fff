import type { Command } from '../command.ts';
import { connectionOf } from '../scim-target.ts';
import { withStorage } from '../session.ts';
import { table } from '../table.ts';

/** Enough for an operator to see what is wrong; metrics tell how many there are. */
const SHOWN = 200;

export const scimTasks: Command = {
  name: 'scim tasks',
  operands: ['REALM', 'CONNECTION'],
  summary: 'Lists what a target still has to be told, and why it was not',
  details: [
    'First what needs somebody: `dead` was refused for good, `staged` is held by the brake, `asking` waits for `scim allow`. Then what is `open`, and when it is looked at. 200 at most are listed; the counts are of all.',
  ],
  options: {},
  async run({ operands: [realmName = '', name = ''], output }) {
    const { counts, tasks } = await withStorage(async ({ storage }) => {
      const { connection } = await connectionOf(storage, realmName, name);
      const { queue } = storage.scim;
      return { counts: await queue.counts(connection), tasks: await queue.list(connection, SHOWN) };
    });
    if (output.json) {
      output.print(JSON.stringify({ counts, tasks }, undefined, 2));
      return 0;
    }
    output.print(
      table(
        ['kind', 'name', 'state', 'failures', 'next', 'why'],
        tasks.map((task) => [
          task.kind,
          task.name ?? task.localId,
          task.state,
          String(task.attempt),
          task.state === 'open' ? task.runAfter.toISOString() : '',
          task.why ?? '',
        ]),
      ),
    );
    output.note(
      Object.entries(counts)
        .map(([state, count]) => `${count} ${state}`)
        .join(', '),
    );
    return 0;
  },
};
