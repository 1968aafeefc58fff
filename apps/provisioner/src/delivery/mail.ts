import { letterLocales, type MailSecret, render } from '@sparekey/messages';
import type { ClaimedMessage, Storage } from '@sparekey/storage';
import { z } from 'zod';
import { type Delivery, isLate, Undeliverable } from './delivery.ts';
import { letterContext, letterSchema } from './letter-context.ts';

const secretSchema = z.object({
  to: z.string(),
  locale: z.enum(letterLocales),
  letter: letterSchema,
  userId: z.string().transform((id) => id as MailSecret['userId']),
  username: z.string(),
  goodUntil: z.string().optional(),
});

export interface OutgoingMail {
  /** Unique, and the same at each attempt: a receiver can tell a repetition. */
  id: string;
  to: string;
  subject: string;
  text: string;
  html: string;
}

/** Hands a mail over. Rejects with `Undeliverable` when the recipient is refused for good. */
export interface MailSender {
  send(mail: OutgoingMail): Promise<void>;
  close(): void;
}

export interface MailDeliveryParts {
  storage: Storage;
  /** Public base URL of the provider: every link begins with it. */
  publicUrl: string;
  sender: MailSender | undefined;
  /** Without a sender: keep mails where the demo shows them. */
  demo: boolean;
}

/** Puts a letter into words and sends it. */
export async function deliverMail(message: ClaimedMessage, parts: MailDeliveryParts): Promise<Delivery> {
  const { storage, sender, demo } = parts;
  const parsed = secretSchema.safeParse(message.secret);
  if (!parsed.success) throw new Undeliverable('the sealed letter cannot be read');
  const { to, locale, letter, userId, username, goodUntil } = parsed.data;
  const realm = await storage.stores.realms.byId(message.realmId);
  if (realm === undefined || isLate(goodUntil, new Date())) return 'not_needed';
  if (sender === undefined && !demo) throw new Undeliverable('there is no mail server: set SPAREKEY_SMTP_URL');
  const rendered = render(letter, await letterContext(parts, realm, { letter, locale, userId, username }));
  if (sender !== undefined) await sender.send({ id: message.id, to, ...rendered });
  else
    await storage.demoOutbox.add(realm.id, {
      kind: 'mail',
      recipient: to,
      subject: rendered.subject,
      body: rendered.text,
    });
  return 'delivered';
}
