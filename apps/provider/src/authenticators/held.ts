import type { RealmId, UserId } from '@sparekey/contracts';
import type { Authenticator, FactorStores } from '@sparekey/factors';
import type { Services } from '../services.ts';

/** Everything a person holds beside the password, of whatever kind, in the order of offer. Backup codes do not count. */
export async function heldSecondFactors(
  { factors }: Pick<Services, 'factors'>,
  stores: FactorStores,
  realmId: RealmId,
  userId: UserId,
): Promise<Authenticator[]> {
  const held: Authenticator[] = [];
  for (const factor of factors.all) {
    if (factor.role === 'second') held.push(...(await factor.authenticators(stores, realmId, userId)));
  }
  return held;
}
