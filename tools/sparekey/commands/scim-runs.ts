import { AppError } from '@sparekey/contracts';
import { failedCount, type ScimRun } from '@sparekey/provisioning';
import type { Command } from '../command.ts';
import { countRows, printRun } from '../run-table.ts';
import { connectionOf } from '../scim-target.ts';
import { withStorage } from '../session.ts';
import { table } from '../table.ts';

const SHOWN = 20;

const cameTo = ({ endedAt, outcome: { counts } }: ScimRun): string =>
  endedAt === undefined && counts.read === 0
    ? ''
    : countRows(counts)
        .map(([what, n]) => (what.startsWith('failed') ? '' : `${n} ${what}`))
        .filter((text) => text !== '')
        .concat(failedCount(counts) > 0 ? [`${failedCount(counts)} failed`] : [])
        .join(', ');

export const scimRuns: Command = {
  name: 'scim runs',
  operands: ['REALM', 'CONNECTION'],
  summary: 'Lists the latest runs of a connection, and what they came to',
  details: [`The latest ${SHOWN}. Runs are kept for 90 days after their end.`],
  options: { run: { value: 'ID', about: 'One run, with what it found' } },
  async run({ operands: [realmName = '', name = ''], value, output }) {
    const id = value('run');
    const runs = await withStorage(async ({ storage }) => {
      const { connection } = await connectionOf(storage, realmName, name);
      if (id === undefined) return storage.scim.runs.list(connection, SHOWN);
      const run = await storage.scim.runs.get(connection, id);
      if (run === undefined) throw new AppError('not_found', `${name} has no run ${id}`);
      await printRun({ storage, connection, output }, run);
    });
    if (runs === undefined) return 0;
    if (output.json) {
      output.print(JSON.stringify(runs, undefined, 2));
      return 0;
    }
    output.print(
      table(
        ['run', 'begun', 'kind', 'state', 'asked by', 'came to'],
        runs.map((run) => [
          run.id,
          run.beganAt.toISOString(),
          run.repairs ? 'drift, repair' : run.kind,
          run.state,
          run.askedBy,
          run.why === undefined ? cameTo(run) : [cameTo(run), run.why].filter((text) => text !== '').join(': '),
        ]),
      ),
    );
    return 0;
  },
};
