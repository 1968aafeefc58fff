import type { RealmId, SignInUid } from '@sparekey/contracts';
import type { SignInState } from './state.ts';

/** The persisted journey, keyed by the interaction uid. */
export interface SignIn {
  realmId: RealmId;
  uid: SignInUid;
  /** Grows by one with each save. */
  version: number;
  state: SignInState;
  createdAt: Date;
  /** When this state was reached, by the database's clock. */
  savedAt: Date;
  /** When the person last proved something in it; null before the first proof. */
  provenAt: Date | null;
  /** Everything of the person was ended since: what is proven here counts no more. */
  overtaken: boolean;
  expiresAt: Date;
}

export interface SignInStore {
  /** Inserts at version 1; when the row exists already the stored one is returned unchanged. */
  create(signIn: Pick<SignIn, 'realmId' | 'uid' | 'state' | 'expiresAt'>): Promise<SignIn>;
  /** Undefined when absent or past `expiresAt` by the database's clock. */
  load(realmId: RealmId, uid: SignInUid): Promise<SignIn | undefined>;
  /**
   * Guarded by `where version = ?`: undefined when someone else saved meanwhile. Nor is a state about a person saved over
   * one that is overtaken. With `isProof` the state is reached by a proof, and `provenAt` is now.
   */
  save(
    signIn: Pick<SignIn, 'realmId' | 'uid' | 'version' | 'state'> & { isProof?: boolean },
  ): Promise<SignIn | undefined>;
  remove(realmId: RealmId, uid: SignInUid): Promise<void>;
}
