import type { RunCounts, RunOutcome } from './model.ts';
import type { Finding } from './survey-store.ts';

/** Problems that an outcome tells one by one. */
const MOST_PROBLEMS = 20;

const counter: Record<Exclude<Finding['what'], 'failed'>, Exclude<keyof RunCounts, 'failed'>> = {
  differs: 'differing',
  missing: 'missing',
  lingers: 'lingering',
  unlinked: 'unlinked',
  created: 'created',
  adopted: 'adopted',
  updated: 'updated',
  disabled: 'disabled',
  deleted: 'deleted',
  repaired: 'repaired',
  staged: 'staged',
  asked: 'asked',
};

/** Counts a step of `looked` people and groups of whom this was found; of whom nothing was, all is as it should be. */
export function countFindings({ counts, problems }: RunOutcome, looked: number, findings: readonly Finding[]): void {
  counts.read += looked;
  counts.unchanged += looked - findings.length;
  for (const { kind, localId, remoteId = '', what, failure = 'internal', why = '' } of findings) {
    if (what !== 'failed') {
      counts[counter[what]] += 1;
      continue;
    }
    counts.failed[failure] = (counts.failed[failure] ?? 0) + 1;
    if (problems.length < MOST_PROBLEMS) problems.push({ kind, localId, remoteId, failure, why });
  }
}
