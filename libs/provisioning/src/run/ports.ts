import type { ScimConnection } from '../connection/model.ts';
import type { RunOutcome, RunPlace, ScimRun, ScimRunKind } from './model.ts';

/** Runs of connections. */
export interface RunStore {
  /** Latest first. */
  list(connection: ScimConnection, limit: number): Promise<ScimRun[]>;
  get(connection: ScimConnection, id: string): Promise<ScimRun | undefined>;
  /** A run that begins now. Errors: `conflict` when a reading or a survey of the connection is under way. */
  begin(
    connection: ScimConnection,
    run: { kind: ScimRunKind; askedBy: string; scheduled?: number; state?: 'asked' | 'running'; repairs?: boolean },
  ): Promise<ScimRun>;
  /** The reading that was asked for or cut off. */
  openReading(connection: ScimConnection): Promise<ScimRun | undefined>;
  /** A run that was asked for begins, or turns out to be of another kind. */
  started(connection: ScimConnection, id: string, run: { kind: ScimRunKind; scheduled?: number }): Promise<void>;
  keep(connection: ScimConnection, id: string, outcome: RunOutcome, place: RunPlace | undefined): Promise<void>;
  end(
    connection: ScimConnection,
    id: string,
    state: 'done' | 'failed',
    outcome: RunOutcome,
    why?: string,
  ): Promise<void>;
  /**
   * Ends runs of targets once everybody they marked was looked at, and every run of a connection that is disabled; returns
   * how many. Any number of workers may call it at once.
   */
  settle(): Promise<number>;
  /** How far a run of a target is: how many of those it marked were not looked at yet. Whoever is marked later is none of them. */
  remaining(connection: ScimConnection, id: string): Promise<number>;
}
