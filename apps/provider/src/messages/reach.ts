import { e164, inForce, NOBODY, type SentCodeKind } from '@sparekey/factors';
import type { Policy } from '@sparekey/policy';
import type { User } from '@sparekey/realms';
import type { SecondFactor } from '@sparekey/sign-in';
import type { Stores } from '@sparekey/storage';
import type { Services } from '../services.ts';

/** Where codes of each kind go. */
export type Addresses = Partial<Record<SentCodeKind, string>>;

/**
 * The address and the number that codes of a person go to: verified, and in force (libs/factors). For nobody the same is
 * looked up, and nothing found.
 */
export async function addressesOf(
  { contacts }: Pick<Stores, 'contacts'>,
  { messages }: Pick<Policy, 'messages'>,
  { realmId, id }: Pick<User, 'realmId'> & { id: User['id'] | undefined },
): Promise<Addresses> {
  const { email, sms } = await contacts.of(realmId, id ?? NOBODY);
  const now = new Date();
  const address = inForce(email, messages.emailWaitHours, now);
  const number = inForce(sms, messages.smsNumberWaitHours, now);
  return { ...(address === undefined ? {} : { email: address }), ...(number === undefined ? {} : { sms: number }) };
}

/**
 * By which messages a person can be reached here and now: at an address or number in force, in a country that is open,
 * over something this deployment can send with. Safest first.
 */
export async function reachableBy(
  { messaging }: Pick<Services, 'messaging'>,
  stores: Pick<Stores, 'contacts'>,
  policy: Policy,
  person: Pick<User, 'realmId' | 'id'>,
): Promise<SentCodeKind[]> {
  if (!messaging.mail && !messaging.sms) return [];
  const { email, sms } = await addressesOf(stores, policy, person);
  const number = e164(sms ?? '');
  const bySms =
    messaging.sms &&
    policy.secondFactor.allowed.includes('sms') &&
    number !== undefined &&
    policy.messages.smsCountries.some((country) => number.startsWith(`+${country}`));
  const byMail = messaging.mail && email !== undefined;
  return [...(bySms ? (['sms'] as const) : []), ...(byMail ? (['email'] as const) : [])];
}

/** The codes that count as a second factor of a person: those that reach them and that the realm allows as one. */
export async function sentFactors(
  services: Pick<Services, 'messaging'>,
  stores: Pick<Stores, 'contacts'>,
  policy: Policy,
  person: Pick<User, 'realmId' | 'id'>,
): Promise<SecondFactor[]> {
  const { allowed } = policy.secondFactor;
  if (!allowed.includes('email') && !allowed.includes('sms')) return [];
  return (await reachableBy(services, stores, policy, person)).filter((kind) => allowed.includes(kind));
}
