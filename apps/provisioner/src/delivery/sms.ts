import type { SmsSettings } from '@sparekey/config';
import { guardedRequest } from '@sparekey/http';
import { letterLocales, type SmsNoticeSecret, shortText } from '@sparekey/messages';
import type { ClaimedMessage, Storage } from '@sparekey/storage';
import { z } from 'zod';
import { type Delivery, isLate, type Outbound, Undeliverable } from './delivery.ts';
import { letterContext, letterSchema } from './letter-context.ts';
import { signedWebhook, signingSecrets } from './signed-webhook.ts';

const secretSchema = z.object({ to: z.string(), text: z.string(), goodUntil: z.string().optional() });

const noticeSchema = z.object({
  to: z.string(),
  locale: z.enum(letterLocales),
  letter: letterSchema,
  userId: z.string().transform((id) => id as SmsNoticeSecret['userId']),
  username: z.string(),
});

export interface OutgoingSms {
  id: string;
  /** E.164. */
  to: string;
  text: string;
}

/** Hands a text message to a gateway. Rejects unless the gateway took it. */
export type SmsSender = (sms: OutgoingSms) => Promise<void>;

/** The gateway of the settings. */
export function smsSender(settings: SmsSettings, parts: { storage: Storage; outbound: Outbound }): SmsSender {
  return settings.gateway === 'twilio' ? twilioSender(settings, parts.outbound) : webhookSender(settings, parts);
}

/** Posts `{type: "sms", data: {to, from, text}}`, signed in the Standard Webhooks format. */
function webhookSender(
  { url, secret, from }: SmsSettings,
  { storage, outbound }: { storage: Storage; outbound: Outbound },
): SmsSender {
  return async ({ id, to, text }) => {
    const secrets = await signingSecrets(storage.stores, 'sms', secret);
    const body = { type: 'sms', timestamp: new Date().toISOString(), data: { to, from, text } };
    await signedWebhook({ url, secrets, id, body }, outbound);
  };
}

/** As Twilio's Messages resource takes it: form fields, and the account with its token by HTTP Basic. */
function twilioSender(settings: Extract<SmsSettings, { gateway: 'twilio' }>, outbound: Outbound): SmsSender {
  const { url, secret, account, from = '' } = settings;
  const authorization = `Basic ${Buffer.from(`${account}:${secret}`).toString('base64')}`;
  return async ({ to, text }) => {
    const { status } = await guardedRequest(url, {
      ...outbound,
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Authorization: authorization },
      body: new URLSearchParams({ To: to, From: from, Body: text }).toString(),
      maxBytes: 64 * 1024,
    });
    // 400 is about this message (no such number, not a mobile one): trying again would cost and change nothing.
    if (status === 400) throw new Undeliverable('SMS gateway answered 400');
    if (status < 200 || status > 299) throw new Error(`SMS gateway answered ${status}`);
  };
}

export interface SmsDeliveryParts {
  storage: Storage;
  /** Public base URL of the provider: every link begins with it. */
  publicUrl: string;
  sender: SmsSender | undefined;
  demo: boolean;
}

async function inWords(
  { realmId }: ClaimedMessage,
  { to, letter, locale, userId, username }: SmsNoticeSecret,
  parts: SmsDeliveryParts,
): Promise<{ to: string; text: string } | undefined> {
  const realm = await parts.storage.stores.realms.byId(realmId);
  if (realm === undefined) return undefined;
  const context = await letterContext(parts, realm, { letter, locale, userId, username });
  return { to, text: shortText(letter, context) };
}

export async function deliverSms(message: ClaimedMessage, parts: SmsDeliveryParts): Promise<Delivery> {
  const { storage, sender, demo } = parts;
  const notice = noticeSchema.safeParse(message.secret);
  // The same notice goes by mail: without a gateway there is nothing to give up.
  if (notice.success && sender === undefined && !demo) return 'not_needed';
  const written = notice.success ? await inWords(message, notice.data, parts) : message.secret;
  const parsed = secretSchema.safeParse(written);
  if (!parsed.success) throw new Undeliverable('the sealed text message cannot be read');
  const { to, text, goodUntil } = parsed.data;
  if (isLate(goodUntil, new Date())) return 'not_needed';
  if (sender !== undefined) await sender({ id: message.id, to, text });
  else if (demo) await storage.demoOutbox.add(message.realmId, { kind: 'sms', recipient: to, subject: '', body: text });
  else throw new Undeliverable('there is no SMS gateway: set SPAREKEY_SMS_GATEWAY');
  return 'delivered';
}
