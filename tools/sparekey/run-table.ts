import type { RunCounts, ScimConnection, ScimRun } from '@sparekey/provisioning';
import type { Storage } from '@sparekey/storage';
import type { Output } from './command.ts';
import { table } from './table.ts';

const counted = [
  'created',
  'adopted',
  'updated',
  'disabled',
  'deleted',
  'unchanged',
  'staged',
  'asked',
] as const satisfies readonly (keyof RunCounts)[];

/** What a run came to, a row for everything that happened at least once; everything when nothing did. */
export function countRows({ failed, ...counts }: RunCounts): [string, string][] {
  const rows = counted.map((name): [string, string] => [name, String(counts[name])]);
  const failures = Object.entries(failed).map(([failure, n]): [string, string] => [`failed: ${failure}`, String(n)]);
  const happened = [...rows, ...failures].filter(([, n]) => n !== '0');
  return happened.length === 0 ? [['unchanged', '0']] : happened;
}

/** Prints how a run ended: as it is stored for `--json`, else its counts, and after them the first problems. */
export async function printRun(
  { storage, connection, output }: { storage: Storage; connection: ScimConnection; output: Output },
  run: ScimRun,
): Promise<void> {
  if (output.json) {
    output.print(JSON.stringify(run, undefined, 2));
    return;
  }
  output.print(table(['what', 'people and groups'], countRows(run.outcome.counts)));
  const { problems } = run.outcome;
  if (problems.length > 0) {
    const names = await storage.scim.directory.names(
      connection,
      problems.flatMap(({ localId }) => localId ?? []),
    );
    output.print('');
    output.print(
      table(
        ['kind', 'name', 'failure', 'why'],
        problems.map(({ kind, localId = '', remoteId, failure, why }) => [
          kind,
          names.get(localId) ?? (localId || remoteId),
          failure,
          why,
        ]),
      ),
    );
  }
  if (run.why !== undefined) output.note(run.why);
}
