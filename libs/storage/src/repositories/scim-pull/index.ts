import type { PullStore } from '@sparekey/provisioning';
import type { Queryable } from '../../database/queryable.ts';
import { pullLeaving } from './leaving.ts';
import { pullMet } from './met.ts';
import { pullTurns } from './turns.ts';

export function scimPulls(db: Queryable): PullStore {
  return { ...pullTurns(db), ...pullMet(db), ...pullLeaving(db) };
}
