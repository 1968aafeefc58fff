import type { RealmId, UserId } from '@sparekey/contracts';
import type { AttemptCounter, FactorStores, Passes, SealedCodes } from '@sparekey/factors';
import type { RealmStores } from '../ports.ts';

/** What break glass touches, bound to one transaction. */
export interface BreakGlassStores
  extends Pick<RealmStores, 'users' | 'roles' | 'recoveryFreezes' | 'audit'>,
    Pick<FactorStores, 'breakGlass' | 'passwords'> {
  sessions: { endAll(realmId: RealmId, userId: UserId): Promise<number> };
}

export interface BreakGlassDependencies {
  stores: BreakGlassStores;
  transaction<T>(work: (stores: BreakGlassStores) => Promise<T>): Promise<T>;
  attempts: Pick<AttemptCounter, 'begin' | 'succeeded' | 'unlock'>;
  sealedCodes: SealedCodes;
  passes: Pick<Passes, 'make'>;
}
