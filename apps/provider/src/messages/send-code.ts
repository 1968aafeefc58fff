import { e164, NOBODY, SENT_CODE_SECONDS, type SentCodeKind } from '@sparekey/factors';
import { codeText, letterLocale, mail, maskEmail, maskPhone, sms } from '@sparekey/messages';
import { normaliseLogin, type Realm, type User } from '@sparekey/realms';
import type { Stores } from '@sparekey/storage';
import type { Journey } from '../interaction/journey.ts';
import { addressesOf } from './reach.ts';
import { Limited, type Sent, takeSendLimits } from './send-limits.ts';

const LONG_AGO = new Date(0);

export interface CodeRequest {
  kind: SentCodeKind;
  /** Undefined when nobody is to get one, which must look and cost the same. */
  person: User | undefined;
  /** What was typed as a name, where nobody is proven yet. */
  login?: string;
  /** A new one in place of the one before. */
  again: boolean;
}

/** `there`: a good code is on its way already. `limited`: nothing was sent, and nothing counted. */
export type Sending = 'sent' | 'there' | 'limited';

/**
 * Sends a code for the sign-in of this journey: stored, counted, queued and recorded in one transaction, or not at all. A
 * page that is loaded again sends no second one.
 */
export async function sendCode(journey: Journey, request: CodeRequest): Promise<Sending> {
  const { services, realm, signIn } = journey;
  const { kind, person, again } = request;
  const factor = services.factors[kind];
  try {
    return await services.storage.transaction(async (stores) => {
      const whom = { realmId: realm.realm.id, signInUid: signIn.uid, userId: person?.id };
      const code = await factor.issue(stores, whom, { replace: again });
      if (code === undefined) return 'there';
      const to = (await addressesOf(stores, realm.realm.policy, { realmId: realm.realm.id, id: person?.id }))[kind];
      await takeSendLimits(services, stores, realm.realm, sent(request, to, services.originOf(journey.ctx).ip));
      await queue(stores, realm.realm, request, to, code);
      await stores.audit.append({
        type: `${kind}.sent`,
        realmId: realm.realm.id,
        actor: { kind: 'system' },
        ...(person === undefined ? { reason: 'none_enrolled' } : { subject: person.id }),
        outcome: person === undefined ? 'denied' : 'success',
        clientId: journey.interaction.client.clientId,
        signInUid: signIn.uid,
        origin: services.originOf(journey.ctx),
      });
      return 'sent';
    });
  } catch (error) {
    if (error instanceof Limited) return 'limited';
    throw error;
  }
}

/** Where a code goes, masked; undefined when there is nowhere. */
export async function maskedTarget(
  { services, realm: { realm } }: Pick<Journey, 'services' | 'realm'>,
  kind: SentCodeKind,
  person: User | undefined,
): Promise<string | undefined> {
  const who = { realmId: realm.id, id: person?.id };
  const to = (await addressesOf(services.storage.stores, realm.policy, who))[kind];
  if (to === undefined) return undefined;
  return kind === 'sms' ? maskPhone(to) : maskEmail(to);
}

/** An address counts the same however it is written. */
function sent({ kind, person, login = '' }: CodeRequest, to: string | undefined, ip: string): Sent {
  const name = normaliseLogin(login.toWellFormed());
  const target = kind === 'email' ? normaliseLogin(to ?? name) : (to ?? name);
  return { kind, who: person?.id ?? name, target, ip };
}

async function queue(
  stores: Stores,
  realm: Realm,
  { kind, person }: CodeRequest,
  address: string | undefined,
  code: string,
): Promise<void> {
  const realmId = realm.id;
  const userId = person?.id ?? NOBODY;
  const minutes = SENT_CODE_SECONDS / 60;
  const goodUntil =
    person === undefined || address === undefined ? LONG_AGO : new Date(Date.now() + SENT_CODE_SECONDS * 1000);
  if (kind === 'email') {
    const to = {
      realmId,
      userId,
      username: person?.username ?? '',
      email: address ?? '',
      locale: person?.locale,
    };
    return stores.outbox.add(mail(to, { kind: 'sign_in_code', code, minutes }, goodUntil));
  }
  const text = codeText(letterLocale(person?.locale), realm.displayName ?? realm.name, code, minutes);
  return stores.outbox.add(sms({ realmId, userId }, { to: e164(address ?? '') ?? '', text, goodUntil }));
}
