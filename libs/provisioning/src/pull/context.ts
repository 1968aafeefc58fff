import type { ScimConnection } from '../connection/model.ts';
import type { CheckedRule } from '../mapping/mapping.ts';
import type { ResourceKind } from '../plan/resource.ts';
import type { RunOutcome } from '../run/model.ts';
import type { LinkStore, ScimEvent, ScimJournal, Wire } from '../work/ports.ts';
import type { PullDoor, PullStore } from './ports.ts';

/** Everything that reading one resource needs. */
export interface PullContext {
  connection: ScimConnection<'source'>;
  rules: Record<ResourceKind, readonly CheckedRule[]>;
  wire: Wire;
  door: PullDoor;
  links: LinkStore;
  pulls: PullStore;
  journal: ScimJournal;
  outcome: RunOutcome;
  now(): Date;
}

const PROBLEMS_KEPT = 20;

type Counted = 'created' | 'adopted' | 'updated' | 'disabled' | 'unchanged' | 'asked' | 'staged';

const counters: Partial<Record<ScimEvent['action'], Counted>> = {
  created: 'created',
  adopted: 'adopted',
  updated: 'updated',
  disabled: 'disabled',
  asked: 'asked',
  staged: 'staged',
};

/** Counts what was done, and writes it into the journal of the connection. */
export async function record({ journal, connection, outcome }: PullContext, event: ScimEvent): Promise<void> {
  const counter = counters[event.action];
  if (counter !== undefined) outcome.counts[counter] += 1;
  await journal.add(connection, [event]);
}

/** Counts a resource that cannot be taken over as it is. */
export function failed(
  { outcome }: PullContext,
  kind: ResourceKind,
  remoteId: string,
  { failure, why }: { failure: string; why: string },
): void {
  outcome.counts.failed[failure] = (outcome.counts.failed[failure] ?? 0) + 1;
  if (outcome.problems.length >= PROBLEMS_KEPT) return;
  outcome.problems.push({ kind, remoteId: remoteId.slice(0, 200), failure, why: why.slice(0, 300) });
}
