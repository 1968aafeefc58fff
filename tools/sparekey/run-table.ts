import { mostFindings, type RunCounts, type ScimConnection, type ScimRun } from '@sparekey/provisioning';
import type { Storage } from '@sparekey/storage';
import type { Output } from './command.ts';
import { findingsOf, type NamedFinding, printFindings } from './run-findings.ts';
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
  'differing',
  'missing',
  'lingering',
  'unlinked',
  'repaired',
] as const satisfies readonly (keyof RunCounts)[];

/** What a run came to, a row for everything that happened at least once. */
export function countRows({ failed, ...counts }: RunCounts): [string, string][] {
  const rows = counted.map((name): [string, string] => [name, String(counts[name])]);
  const failures = Object.entries(failed).map(([failure, n]): [string, string] => [`failed: ${failure}`, String(n)]);
  const happened = [...rows, ...failures].filter(([, n]) => n !== '0');
  return happened.length === 0 ? [['unchanged', '0']] : happened;
}

interface Place {
  storage: Storage;
  connection: ScimConnection;
  output: Output;
}

/** Prints how a run ended: as it is stored for `--json`, else what it found, its first problems, and its counts. */
export async function printRun(place: Place, run: ScimRun): Promise<void> {
  const { storage, connection, output } = place;
  const findings = findingsOf(storage, connection, run);
  if (output.json) {
    const found: NamedFinding[] = [];
    for await (const page of findings) found.push(...page);
    output.print(JSON.stringify({ ...run, findings: found }, undefined, 2));
    return;
  }
  const isSurvey = await printFindings(findings, output.print);
  if (isSurvey) output.print('');
  // Of a survey they are among what it found; of a repair they are what it met afterwards.
  if (!isSurvey || run.repairs) await printProblems(place, run);
  output.print(table(['what', 'people and groups'], countRows(run.outcome.counts)));
  if (run.why !== undefined) output.note(run.why);
  const { read, unchanged } = run.outcome.counts;
  if (isSurvey && read - unchanged > mostFindings) output.note(`Only the first ${mostFindings} are told one by one.`);
}

async function printProblems(
  { storage, connection, output }: Place,
  { outcome: { problems } }: ScimRun,
): Promise<void> {
  if (problems.length === 0) return;
  const names = await storage.scim.directory.names(
    connection,
    problems.flatMap(({ localId }) => localId ?? []),
  );
  const rows = problems.map(({ kind, localId = '', remoteId, failure, why }) => [
    kind,
    names.get(localId) ?? (localId || remoteId),
    failure,
    why,
  ]);
  output.print(table(['kind', 'name', 'failure', 'why'], rows));
  output.print('');
}
