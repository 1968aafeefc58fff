import type { RealmId, UserId } from '@sparekey/contracts';
import type { Authenticator, FactorStores } from '@sparekey/factors';
import type { Services } from '../services.ts';

/** Kinds that come with a verified address or number: nothing a person sets up, loses or removes as a device. */
const sent: readonly string[] = ['sms', 'email'];

/**
 * Every authenticator a person set up beside the password, in the order of offer. Backup codes do not count, nor does
 * what is sent to an address or number.
 */
export async function heldSecondFactors(
  { factors }: Pick<Services, 'factors'>,
  stores: FactorStores,
  realmId: RealmId,
  userId: UserId,
): Promise<Authenticator[]> {
  const held: Authenticator[] = [];
  for (const factor of factors.all) {
    if (factor.role === 'second' && !sent.includes(factor.kind))
      held.push(...(await factor.authenticators(stores, realmId, userId)));
  }
  return held;
}
