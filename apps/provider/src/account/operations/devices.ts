import { type Acting, byPerson } from './acting.ts';
import { type Whereabouts, whereabouts } from './whereabouts.ts';

const DAY_MS = 86_400_000;

/** A browser that is spared the second factor. */
export interface TrustedDevice {
  id: string;
  where: Whereabouts;
  trustedAt: Date;
  lastSeenAt: Date;
  /** When the second factor is asked for again, under the policy of today. */
  until: Date;
}

/** Those that are trusted still, seen last first. */
export async function trustedDevices({ services, realm, person, policy }: Acting): Promise<TrustedDevice[]> {
  const found = await services.storage.stores.devices.trusted(realm.realm.id, person.id);
  return found.flatMap(({ id, userAgent, ip, lastSeenAt, trustedAt }) => {
    if (trustedAt === undefined) return [];
    const until = new Date(trustedAt.getTime() + policy.trustedDevices.days * DAY_MS);
    return until > new Date()
      ? [{ id, where: whereabouts(services, { ip, userAgent }), trustedAt, lastSeenAt, until }]
      : [];
  });
}

/** From now on the browser is asked for the second factor like any other; false when it is none of the person's. */
export async function forgetDevice(acting: Acting, id: string): Promise<boolean> {
  const { services, realm, person } = acting;
  return services.storage.transaction(async (stores) => {
    const found = await stores.devices.remove(realm.realm.id, person.id, id);
    if (found) await stores.audit.append({ ...byPerson(acting), type: 'device.revoked' });
    return found;
  });
}
