import type { Policy } from '@sparekey/policy';
import type { User } from '@sparekey/realms';
import { type AccountChange, type Demand, demandOf } from '@sparekey/sign-in';
import { heldSecondFactors } from '../authenticators/held.ts';
import { sentFactors } from '../messages/reach.ts';
import type { ServedRealm } from '../realms/cache.ts';
import type { Services } from '../services.ts';

/** The sign-in that stands behind a request: of a session or of a token. */
export interface SignedInAs {
  acr: string | undefined;
  /** Seconds since the epoch. */
  authTime: number | undefined;
}

/** What a change still demands of the sign-in behind a request, at every door alike; undefined when it may be made. */
export async function missingFor(
  change: AccountChange,
  { acr, authTime }: SignedInAs,
  { services, realm, person, policy }: { services: Services; realm: ServedRealm; person: User; policy: Policy },
): Promise<Demand | undefined> {
  const { stores } = services.storage;
  const devices = await heldSecondFactors(services, stores, realm.realm.id, person.id);
  const held = [...devices, ...(await sentFactors(services, stores, policy, person))];
  const ageSeconds = authTime === undefined ? Number.POSITIVE_INFINITY : Date.now() / 1000 - authTime;
  return demandOf(change, { acr, ageSeconds, holdsFactor: held.length > 0 }, policy.freshProofSeconds);
}
