import { AppError } from '@sparekey/contracts';
import { ScimError } from '@sparekey/scim';
import type { FailureClass } from '../answer/classify.ts';
import { EvaluationError } from '../expression/value.ts';

/** Why one resource of a source is left out; the others go on. */
export class Unfit extends Error {
  readonly failure = 'conflict';
}

export const outOfReach = (): Unfit => new Unfit('is an administrator here by now, or of another directory');

export interface Reason {
  failure: FailureClass;
  why: string;
}

/** What is wrong with one resource; `internal` is a fault of ours. Passes on an outage, which ends the reading. */
export function reasonOf(error: unknown): Reason {
  if (error instanceof Unfit) return { failure: 'conflict', why: error.message };
  if (error instanceof EvaluationError) return { failure: 'data', why: error.message };
  if (error instanceof ScimError) return { failure: error.status === 409 ? 'conflict' : 'data', why: error.message };
  const code = error instanceof AppError ? error.code : 'internal';
  if (code === 'unavailable' || code === 'overloaded') throw error;
  if (code === 'conflict') return { failure: 'conflict', why: 'somebody else is linked with it, or has its name' };
  if (code === 'validation_failed') return { failure: 'data', why: 'holds a value that cannot be kept here' };
  return { failure: 'internal', why: 'our own fault: see the log' };
}
