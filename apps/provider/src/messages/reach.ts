import { e164, type SentCodeKind } from '@sparekey/factors';
import type { Policy } from '@sparekey/policy';
import type { User } from '@sparekey/realms';
import type { SecondFactor } from '@sparekey/sign-in';
import type { Stores } from '@sparekey/storage';
import type { Services } from '../services.ts';

const HOUR_MS = 3_600_000;

/**
 * By which messages a person can be reached here and now: a verified address or number, in a country that is open, not
 * changed a short while ago, over something this deployment can send with. Safest first.
 */
export async function reachableBy(
  { messaging }: Pick<Services, 'messaging'>,
  stores: Pick<Stores, 'contacts'>,
  policy: Policy,
  { realmId, id }: Pick<User, 'realmId' | 'id'>,
): Promise<SentCodeKind[]> {
  if (!messaging.mail && !messaging.sms) return [];
  const contact = await stores.contacts.verified(realmId, id);
  const { smsCountries, smsNumberWaitHours } = policy.messages;
  const number = e164(contact?.phone?.number ?? '');
  const changedMs = contact?.phone?.changedAt?.getTime() ?? 0;
  const bySms =
    messaging.sms &&
    policy.secondFactor.allowed.includes('sms') &&
    number !== undefined &&
    smsCountries.some((country) => number.startsWith(`+${country}`)) &&
    changedMs + smsNumberWaitHours * HOUR_MS <= Date.now();
  const byMail = messaging.mail && contact?.email !== undefined;
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
