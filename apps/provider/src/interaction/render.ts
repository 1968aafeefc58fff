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
export function holdsBackupCodes({ facts }: Journey): boolean {
  return facts.person?.codes !== undefined;
}
