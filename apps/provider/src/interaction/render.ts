import type { Purpose } from './../pages/index.ts';
import type { Journey } from './journey.ts';

/** The application that asked, as people know it. */
export function appName({ interaction }: Journey): string {
  return interaction.client.name ?? interaction.client.clientId;
}

export function purposeOf(journey: Journey): Purpose {
  return journey.interaction.client.clientId === journey.services.accountClientId
    ? { change: 'account' }
    : { app: appName(journey) };
}

/** "Lost your device?" is offered only to people for whom it leads somewhere. */
export async function holdsWayBack({ facts, services, realm, person }: Journey): Promise<boolean> {
  if (facts.person?.codes !== undefined) return true;
  return person !== undefined && services.storage.stores.recoveryPasses.live(realm.realm.id, person.id);
}
