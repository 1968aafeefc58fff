import type { AuthenticatorId, UserId } from '@sparekey/contracts';
import type { Authenticator } from '@sparekey/factors';
import type { Form } from '@sparekey/http';
import { maskPhone } from '@sparekey/messages';
import type { User } from '@sparekey/realms';
import type { SecondFactor } from '@sparekey/sign-in';
import type { Stores } from '@sparekey/storage';
import { heldSecondFactors } from '../../authenticators/held.ts';
import { removeSecondFactor } from '../../authenticators/remove.ts';
import { addressesOf } from '../../messages/reach.ts';
import type { LostDevice } from '../../pages/index.ts';
import type { Journey } from '../journey.ts';
import { eventOf } from './case.ts';

/**
 * What the person of a sign-in may have lost, as the given stores see it: what they set up, and the number that codes are
 * sent to. A mailbox is no device, and the person is warned there: it is changed in the account, after the repair.
 */
export async function heldDevices(
  stores: Stores,
  { services, realm, facts }: Journey,
  userId: UserId,
): Promise<Authenticator[]> {
  const held = await heldSecondFactors(services, stores, realm.realm.id, userId);
  if (!facts.person?.factors.includes('sms')) return held;
  const to = (await addressesOf(stores, realm.realm.policy, { realmId: realm.realm.id, id: userId })).sms;
  const numbers = await services.factors.sms.authenticators(stores, realm.realm.id, userId);
  return [...held, ...numbers.map((number) => (to === undefined ? number : { ...number, label: maskPhone(to) }))];
}

export function choices(held: readonly Authenticator[]): LostDevice[] {
  return held.map(({ id, label, kind }) => ({
    id,
    label,
    kind: kind === 'webauthn' || kind === 'sms' ? kind : 'totp',
  }));
}

/**
 * Which device the form names: one of the person's, or `all`. With one device there is nothing to choose. Undefined when
 * nothing was chosen, or something that is not theirs.
 */
export function lostInForm(form: Form, held: readonly Authenticator[]): AuthenticatorId[] | undefined {
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
  person: User,
  enrolled: SecondFactor,
): Promise<void> {
  const { realm, signIn, services, ctx } = journey;
  const userId = person.id;
  await stores.devices.distrustAll(realm.realm.id, userId);
  const recovery = await stores.recoveryCases.ofSignIn(realm.realm.id, userId, signIn.uid);
  if (recovery === undefined || (recovery.state !== 'open' && recovery.state !== 'approved')) return;
  const event = eventOf(journey, userId);
  const lost = (await heldDevices(stores, journey, userId)).filter(({ id }) => recovery.lost.includes(id));
  const by = { origin: services.originOf(ctx), signInUid: signIn.uid };
  for (const authenticator of lost) await removeSecondFactor(stores, realm, person, authenticator, by);
  const detail = { factor: enrolled, replaced: lost.length };
  await stores.audit.append({ ...event, type: 'recovery.repaired', detail });
}
