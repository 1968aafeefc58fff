import { randomBytes } from 'node:crypto';
import { uuidV7 } from '@sparekey/contracts';

/** A new identifier, for rows whose id is needed before they are written: sealed columns are bound to it. */
export function newId<Id extends string>(): Id {
  return uuidV7(new Date(), randomBytes(10)) as Id;
}
