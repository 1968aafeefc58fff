import type { ScimConnection } from '../connection/model.ts';
import type { CheckedRule } from '../mapping/mapping.ts';
import type { ResourceKind } from '../plan/resource.ts';
import type { RunOutcome } from '../run/model.ts';
import type { AccountRule } from '../server/mapping/account.ts';
import type { LinkStore, ScimEvent, Wire } from '../work/ports.ts';
import type { PullDoor, PullStore } from './ports.ts';
import { type Reason, reasonOf } from './unfit.ts';

export type PullRules = Record<ResourceKind, readonly CheckedRule[]> & { account: readonly AccountRule[] };

/** Everything that reading one resource needs. */
export interface PullContext {
  connection: ScimConnection<'source'>;
  rules: PullRules;
  wire: Wire;
  door: PullDoor;
  links: LinkStore;
  pulls: PullStore;
  outcome: RunOutcome;
  now(): Date;
  /** Told of everybody who was written or left out: `done`, or the class of the failure. */
  onTask?: ((outcome: string) => void) | undefined;
  /** Told of faults of ours. */
  onError?: ((error: unknown, resource: { kind: ResourceKind; remoteId: string }) => void) | undefined;
  /** Throws when the reading has to end: its lease is lost, or the worker stops. */
  goOn(): Promise<void>;
}

/** What became of one resource. */
export type Done = Extract<ScimEvent['action'], 'created' | 'adopted' | 'updated' | 'disabled' | 'asked'> | 'unchanged';

const PROBLEMS_KEPT = 20;

/** Counts a resource that cannot be taken over as it is. Passes on what ends the reading. */
export function failed(
  { outcome, onError, onTask }: PullContext,
  kind: ResourceKind,
  remoteId: string,
  error: unknown,
): Reason {
  const reason = reasonOf(error);
  const { failure, why } = reason;
  onTask?.(failure);
  if (failure === 'internal') onError?.(error, { kind, remoteId });
  outcome.counts.failed[failure] = (outcome.counts.failed[failure] ?? 0) + 1;
  if (outcome.problems.length < PROBLEMS_KEPT) {
    outcome.problems.push({ kind, remoteId: remoteId.slice(0, 200), failure, why: why.slice(0, 300) });
  }
  return reason;
}
