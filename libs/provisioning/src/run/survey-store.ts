import type { RealmId, ScimConnectionId } from '@sparekey/contracts';
import type { FailureClass } from '../answer/classify.ts';
import type { ScimConnection, ScimState } from '../connection/model.ts';
import type { ScimAction, Subject } from '../work/ports.ts';
import type { RunOutcome, RunPlace, ScimRun } from './model.ts';

/**
 * What is the matter with somebody on the other side. `differs`: not as it should be. `missing`: linked, and gone there.
 * `lingers`: should be disabled or deleted, and works. `unlinked`: in scope, and not on the other side as far as we know.
 */
export const driftKinds = ['differs', 'missing', 'lingers', 'unlinked'] as const;
export type DriftKind = (typeof driftKinds)[number];

/** What a survey found of one person or group: names of attributes, never a value. */
export interface Finding extends Subject {
  /** Drift, or what would be done. */
  what: DriftKind | ScimAction;
  remoteId?: string | undefined;
  attributes: string[];
  failure?: FailureClass | undefined;
  why?: string | undefined;
}

export interface AskedSurvey {
  realmId: RealmId;
  connectionId: ScimConnectionId;
  runId: string;
}

/** A survey that one worker has. */
export interface TakenSurvey {
  run: ScimRun;
  lease: string;
}

/** Runs that look at everybody and write nothing: drift and preview. Safe beside other workers. */
export interface SurveyStore {
  /** Those that nobody works at and whose connection may be asked now, or not at all. */
  due(of: 'target' | 'source'): Promise<AskedSurvey[]>;
  /** Takes one; undefined when somebody else has it, or it is over. */
  take(survey: AskedSurvey, leaseSeconds: number): Promise<TakenSurvey | undefined>;
  /**
   * Keeps it for longer, and tells how its connection is by now: `isResting` while nobody may ask the other side anything.
   * Undefined when the survey was lost.
   */
  renew(survey: TakenSurvey, leaseSeconds: number): Promise<{ state: ScimState; isResting: boolean } | undefined>;
  /** Gives it back, to be taken up after so many seconds. */
  release(survey: TakenSurvey, seconds: number): Promise<void>;
  /** Everyone in scope and everyone linked, people first, in a fixed order after this one. */
  subjects(connection: ScimConnection, after: Subject | undefined, limit: number): Promise<Subject[]>;
  /** How many these are. */
  total(connection: ScimConnection): Promise<number>;
  /**
   * Writes down how far it is, with what was found on the way; `repairs` are marked in the same transaction. False when
   * the survey was lost: then nothing is written.
   */
  keep(
    connection: ScimConnection,
    survey: TakenSurvey,
    step: {
      outcome: RunOutcome;
      place: RunPlace | undefined;
      findings: readonly Finding[];
      repairs: readonly Subject[];
    },
  ): Promise<boolean>;
  /** Everybody was looked at. A run that repairs ends by `RunStore.settle`, once what it marked was looked at. */
  walked(survey: TakenSurvey): Promise<void>;
  /** Findings in the order they were looked at. */
  findings(connection: ScimConnection, runId: string, after: Subject | undefined, limit: number): Promise<Finding[]>;
}
