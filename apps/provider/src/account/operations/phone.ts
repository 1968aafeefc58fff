import { createHash } from 'node:crypto';
import type { SignInUid } from '@sparekey/contracts';
import { e164, SENT_CODE_SECONDS } from '@sparekey/factors';
import { letterLocale, maskPhone, numberCodeText, sms } from '@sparekey/messages';
import type { Requirement } from '@sparekey/policy';
import type { Stores } from '@sparekey/storage';
import { heldSecondFactors } from '../../authenticators/held.ts';
import { endCodesWithoutFactor } from '../../authenticators/remove.ts';
import { addressesOf, sentFactors } from '../../messages/reach.ts';
import { Limited, takeSendLimits } from '../../messages/send-limits.ts';
import { type Acting, byPerson } from './acting.ts';
import { proveNumber } from './prove-number.ts';

const HOUR_MS = 3_600_000;

/** The phone number of an account. */
export interface PhoneStanding {
  /** As it is stored; a verified one is E.164. */
  number?: string;
  verified: boolean;
  /** From when codes go to it; undefined without a verified number. */
  usableFrom?: Date;
  /** The number before, masked, that codes go to meanwhile: somebody else changed or removed it. */
  codesGoTo?: string;
  /** The policy, its open countries and the gateway of this deployment let the person set one. */
  maySet: boolean;
}

/** Why a number cannot be set. */
export type NumberRefusal =
  /** Text messages are no factor here, or nothing can send them. */
  | 'not_available'
  /** No phone number in international form. */
  | 'malformed'
  /** Of a country that is not open. */
  | 'country'
  /** It is the person's verified number already. */
  | 'unchanged'
  /** Until a new number counts the person would have no second factor: another one has to be set up first. */
  | 'only_factor';

/** `limited`: enough was sent to this person, number, range or network; nothing was sent. */
export type NumberCode = { sentTo: string } | { refused: NumberRefusal | 'limited' };

export type NumberConfirmation =
  | { confirmed: string }
  /** `stale`: the number was changed elsewhere meanwhile. `wrong` counts towards a wait. */
  | { refused: NumberRefusal | 'malformed_code' | 'wrong' | 'stale' }
  /** Too many wrong codes; without seconds no wait will help. */
  | { waitSeconds: number | undefined };

export async function phoneStanding(acting: Acting): Promise<PhoneStanding> {
  const { services, realm, person, policy } = acting;
  const { stores } = services.storage;
  const { current } = (await stores.contacts.of(realm.realm.id, person.id)).sms;
  const changedMs = current?.since?.getTime() ?? 0;
  const { phoneNumber: number, phoneNumberVerified: verified } = person;
  const { sms: usual } = await addressesOf(stores, policy, person);
  return {
    ...(number === undefined ? {} : { number }),
    verified: number !== undefined && verified,
    ...(current ? { usableFrom: new Date(changedMs + policy.messages.smsNumberWaitHours * HOUR_MS) } : {}),
    ...(usual === undefined || usual === current?.address ? {} : { codesGoTo: maskPhone(usual) }),
    maySet: maySet(acting),
  };
}

function maySet({ services, policy }: Acting): boolean {
  const { allowed } = policy.secondFactor;
  return services.messaging.sms && allowed.includes('sms') && policy.messages.smsCountries.length > 0;
}

const isOpen = ({ policy }: Acting, number: string): boolean =>
  policy.messages.smsCountries.some((country) => number.startsWith(`+${country}`));

/** Codes by text message are the person's only second factor now. */
async function isSoleFactor({ services, realm, person, policy }: Acting, stores: Stores): Promise<boolean> {
  const sent = await sentFactors(services, stores, policy, person);
  const devices = await heldSecondFactors(services, stores, realm.realm.id, person.id);
  return sent.includes('sms') && sent.length === 1 && devices.length === 0;
}

async function settable(acting: Acting, typed: string): Promise<{ number: string } | { refused: NumberRefusal }> {
  const { services, person, policy } = acting;
  if (!maySet(acting)) return { refused: 'not_available' };
  const number = e164(typed);
  if (number === undefined) return { refused: 'malformed' };
  if (!isOpen(acting, number)) return { refused: 'country' };
  if (person.phoneNumberVerified && number === e164(person.phoneNumber ?? '')) return { refused: 'unchanged' };
  // While a new number waits, the account would stand open to whoever has the password.
  const gap = policy.messages.smsNumberWaitHours > 0 && (await isSoleFactor(acting, services.storage.stores));
  return gap ? { refused: 'only_factor' } : { number };
}

/** Names the code of one number of one person in place of a sign-in: it is good for nothing else. */
const placeOf = ({ person }: Acting, number: string): SignInUid =>
  `phone:${createHash('sha256').update(`${person.id}\0${number}`).digest('base64url')}` as SignInUid;

/** Sends a code to a number that is to become the person's; one sent before ends. Bounded like every text message. */
export async function sendNumberCode(acting: Acting, typed: string): Promise<NumberCode> {
  const { services, realm, person, origin } = acting;
  const found = await settable(acting, typed);
  if ('refused' in found) return found;
  const { number } = found;
  const realmId = realm.realm.id;
  try {
    await services.storage.transaction(async (stores) => {
      const whom = { realmId, signInUid: placeOf(acting, number), userId: person.id };
      const code = await services.factors.sms.issue(stores, whom, { replace: true });
      if (code === undefined) throw new Error('a code was not replaced');
      await takeSendLimits(services, stores, realm.realm, {
        kind: 'sms',
        who: person.id,
        target: number,
        ip: origin.ip,
      });
      const named = realm.realm.displayName ?? realm.realm.name;
      const text = numberCodeText(letterLocale(person.locale), named, code, SENT_CODE_SECONDS / 60);
      const goodUntil = new Date(Date.now() + SENT_CODE_SECONDS * 1000);
      await stores.outbox.add(sms({ realmId, userId: person.id }, { to: number, text, goodUntil }));
      await stores.audit.append({ ...byPerson(acting), type: 'sms.sent' });
    });
  } catch (error) {
    if (error instanceof Limited) return { refused: 'limited' };
    throw error;
  }
  return { sentTo: number };
}

/**
 * The code that came to the number makes it the person's, in one transaction with the end of trust in browsers, the audit
 * event and the notices to the mailbox and to the number before. Guesses count as those of a sign-in do.
 */
export async function confirmNumber(acting: Acting, typed: string, input: string): Promise<NumberConfirmation> {
  const { services, realm, person } = acting;
  const found = await settable(acting, typed);
  if ('refused' in found) return found;
  const { number } = found;
  if (!services.factors.sms.wellFormed(input, acting.policy)) return { refused: 'malformed_code' };
  const outcome = await proveNumber(acting, { signInUid: placeOf(acting, number), input }, async (stores) => {
    const from = person.phoneNumber;
    if (!(await stores.users.setPhoneNumber(realm.realm.id, person.id, from, number))) return false;
    await recordChange(acting, stores, number);
    return true;
  });
  return outcome === 'proven' ? { confirmed: number } : outcome;
}

/** `required`: it is the only second factor, and the person must hold one. `none`: there is no number. */
export async function removeNumber(
  acting: Acting & { requirement: Requirement | undefined },
): Promise<'removed' | 'required' | 'none'> {
  const { services, realm, person, origin, sessionUid, requirement } = acting;
  return services.storage.transaction(async (stores) => {
    await stores.users.lock(realm.realm.id, person.id);
    const sole = await isSoleFactor(acting, stores);
    if (sole && requirement !== undefined) return 'required';
    const { sms: usual } = await addressesOf(stores, acting.policy, person);
    if (person.phoneNumber === undefined && usual === undefined) return 'none';
    if (!(await stores.users.setPhoneNumber(realm.realm.id, person.id, person.phoneNumber, undefined))) return 'none';
    await recordChange(acting, stores, undefined);
    if (sole) await endCodesWithoutFactor(services, stores, realm, person, { origin, sessionUid });
    return 'removed';
  });
}

async function recordChange(acting: Acting, stores: Stores, to: string | undefined): Promise<void> {
  const { realm, person } = acting;
  await stores.devices.distrustAll(realm.realm.id, person.id);
  const from = person.phoneNumberVerified ? e164(person.phoneNumber ?? '') : undefined;
  await stores.audit.append({
    ...byPerson(acting),
    type: 'profile.updated',
    detail: { fields: 'phoneNumber' },
    changed: { phoneNumber: { from, to } },
  });
}
