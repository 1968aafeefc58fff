import type { FactorStores } from '@sparekey/factors';
import type { ScimConnectionStores } from '@sparekey/provisioning';
import type { RealmStores } from '../ports.ts';

/** Everything a realm file touches, bound to one transaction. */
export type RealmFileStores = RealmStores & Pick<FactorStores, 'passwords' | 'totp'> & ScimConnectionStores;

export interface ImportDependencies {
  /** One transaction; `bulk` announces many writes. */
  transaction<T>(work: (stores: RealmFileStores) => Promise<T>, options?: { bulk?: boolean }): Promise<T>;
  /** Hashes a password that stands in plain in the file; returns a PHC string. */
  hash(password: string): Promise<string>;
}

/** How far an import or export is. `phase` is a word for people. */
export interface Progress {
  phase: 'hashing passwords' | 'writing people' | 'reading people';
  done: number;
  total: number;
}

export interface ImportOptions {
  /** What to do when a realm of this name exists. An import never changes an existing realm. */
  ifExists: 'skip' | 'fail';
  /** Who asks, for the audit event. */
  operator?: string;
  onProgress?: (progress: Progress) => void;
}
