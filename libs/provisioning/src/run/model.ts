import type { ScimState } from '../connection/model.ts';
import type { ResourceKind } from '../plan/resource.ts';

/**
 * `full`: a target is looked at as a whole. `drift`: it is read and compared; `preview`: what would be done is found out.
 * `pull`: a source is read as a whole; `delta`: what changed of it.
 */
export const scimRunKinds = ['full', 'drift', 'pull', 'delta', 'preview'] as const;
export type ScimRunKind = (typeof scimRunKinds)[number];

/** Runs that look at everybody of a target and write nothing there. */
export type SurveyKind = Extract<ScimRunKind, 'drift' | 'preview'>;

/** States in which a target is asked for it. A preview is what one looks at before a connection is made active. */
export const surveyable: Readonly<Record<SurveyKind, readonly ScimState[]>> = {
  drift: ['active'],
  preview: ['active', 'paused'],
};

export const scimRunStates = ['asked', 'running', 'done', 'failed'] as const;
export type ScimRunState = (typeof scimRunStates)[number];

/** Why single resources of a run failed. */
export type RunFailures = Record<string, number>;

/** What a run did, or would do. */
export interface RunCounts {
  /** Resources looked at, of the other side or of ours. */
  read: number;
  created: number;
  adopted: number;
  updated: number;
  disabled: number;
  deleted: number;
  unchanged: number;
  /** Held by the brake. */
  staged: number;
  /** Adoptions that wait for `scim allow`. */
  asked: number;
  /** Drift: not there as it should be; linked and gone there; working there and should not; in scope and not there. */
  differing: number;
  missing: number;
  lingering: number;
  unlinked: number;
  /** Of what had drifted, made so again. */
  repaired: number;
  /** By class. */
  failed: RunFailures;
}

export const noCounts = (): RunCounts => ({
  read: 0,
  created: 0,
  adopted: 0,
  updated: 0,
  disabled: 0,
  deleted: 0,
  unchanged: 0,
  staged: 0,
  asked: 0,
  differing: 0,
  missing: 0,
  lingering: 0,
  unlinked: 0,
  repaired: 0,
  failed: {},
});

/** One of the first resources of a run that failed; never a value of it. */
export interface RunProblem {
  kind: ResourceKind;
  /** Empty when the other side has none of it. */
  remoteId: string;
  /** Of a target: who it is here. */
  localId?: string;
  failure: string;
  why: string;
}

export interface RunOutcome {
  counts: RunCounts;
  /** Of how many, as far as it is known. */
  total?: number;
  /** The first 20. */
  problems: RunProblem[];
}

/** Where a reading goes on that was cut off: before the resources of `kind` at this cursor or index. */
export interface RunPlace {
  kind: ResourceKind;
  cursor?: string;
  startIndex?: number;
  /** Greatest `meta.lastModified` met so far. */
  watermark?: string;
  /** How many there are, as the other side says. */
  totals?: Partial<Record<ResourceKind, number>>;
  /** Every page was read; what is left is who leaves. */
  isRead?: boolean;
}

export interface ScimRun {
  id: string;
  kind: ScimRunKind;
  state: ScimRunState;
  askedBy: string;
  beganAt: Date;
  endedAt: Date | undefined;
  /** Of a full run: how many people and groups were marked; of one that repairs, how many of those that drifted. */
  scheduled: number;
  /** Whether a drift run has made so again what drifted. */
  repairs: boolean;
  /** When a survey that repairs had looked at everybody. */
  walkedAt: Date | undefined;
  outcome: RunOutcome;
  place: RunPlace | undefined;
  why: string | undefined;
}

export const failedCount = ({ failed }: RunCounts): number => Object.values(failed).reduce((sum, n) => sum + n, 0);
