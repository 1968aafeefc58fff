import type { AuthenticatorId, UserId } from '@sparekey/contracts';
import type { Form } from '@sparekey/http';
import type { SecondFactor } from '@sparekey/sign-in';
import type { Stores } from '@sparekey/storage';
import type { LostDevice } from '../../pages/index.ts';
import { knownFactors, uiOf } from '../factors/index.ts';
import type { Journey } from '../journey.ts';
import { eventOf } from './case.ts';

interface Held {
  id: AuthenticatorId;
  kind: SecondFactor;
  label: string;
  createdAt: Date;
}

/** The second factors of a person, each instance, as the given stores see them. */
export async function heldDevices(stores: Stores, journey: Journey, userId: UserId): Promise<Held[]> {
  const held: Held[] = [];
  for (const kind of knownFactors) {
    const factor = uiOf(kind).factorOf(journey.services);
    const authenticators = await factor.authenticators(stores, journey.realm.realm.id, userId);
    held.push(...authenticators.map(({ id, label, createdAt }) => ({ id, kind, label, createdAt })));
  }
  return held;
}

export function choices(held: readonly Held[]): LostDevice[] {
  return held.map(({ id, label, kind }) => ({ id, label, kind }));
}

/**
 * Which device the form names: one of the person's, or `all`. With one device there is nothing to choose. Undefined when
 * nothing was chosen, or something that is not theirs.
 */
export function lostInForm(form: Form, held: readonly Held[]): AuthenticatorId[] | undefined {
  const lost = form.get('lost');
  if (lost === 'all' || (lost === '' && held.length <= 1)) return held.map(({ id }) => id);
  const chosen = held.find(({ id }) => id === lost);
  return chosen && [chosen.id];
}

/**
 * What a lost device could still be used for ends at once: every other session with its refresh tokens. The
 * authenticator itself ends with the enrolment of the new one, so that the account is never left without a factor.
 */
export async function reportLost(
  stores: Stores,
  journey: Journey,
  userId: UserId,
  lost: AuthenticatorId[],
): Promise<boolean> {
  const { realm, signIn, interaction } = journey;
  if (!(await stores.recoveryCases.chooseLost(realm.realm.id, userId, signIn.uid, lost))) return false;
  const event = eventOf(journey, userId);
  await stores.audit.append({ ...event, type: 'recovery.device_lost', detail: { authenticators: lost.join(' ') } });
  await stores.devices.distrustAll(realm.realm.id, userId);
  const count = await stores.sessions.endAll(realm.realm.id, userId, interaction.session?.uid);
  await stores.audit.append({ ...event, type: 'session.ended_all', detail: { by: 'recovery', count } });
  return true;
}

/** Removes what was reported lost, in the transaction that enrols its replacement; the new one stays whatever was said. */
export async function replaceLost(
  stores: Stores,
  journey: Journey,
  userId: UserId,
  enrolled: SecondFactor,
): Promise<void> {
  const { realm, signIn } = journey;
  await stores.devices.distrustAll(realm.realm.id, userId);
  const recovery = await stores.recoveryCases.ofSignIn(realm.realm.id, userId, signIn.uid);
  if (recovery === undefined || (recovery.state !== 'open' && recovery.state !== 'approved')) return;
  const event = eventOf(journey, userId);
  const lost = (await heldDevices(stores, journey, userId)).filter(({ id }) => recovery.lost.includes(id));
  for (const { id, kind, label } of lost) {
    await uiOf(kind).remove(stores, event, { id, label });
  }
  const detail = { factor: enrolled, replaced: lost.length };
  await stores.audit.append({ ...event, type: 'recovery.repaired', detail });
}
