import { isVetoable, type Letter, letterLocales, type MailSecret, render } from '@sparekey/messages';
import type { ClaimedMessage, Storage } from '@sparekey/storage';
import { z } from 'zod';
import { type Delivery, isLate, Undeliverable } from './delivery.ts';

/** Seconds that "this wasn't me" can be said: as long as people are on holiday. */
const NOT_ME_SECONDS = 14 * 86_400;

const secretSchema = z.object({
  to: z.string(),
  locale: z.enum(letterLocales),
  letter: z.looseObject({ kind: z.string() }).transform((letter) => letter as unknown as Letter),
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

/**
 * Puts a letter into words and sends it. The "this wasn't me" link is made here, at each attempt, so that its token never
 * rests in the outbox.
 */
export async function deliverMail(message: ClaimedMessage, parts: MailDeliveryParts): Promise<Delivery> {
  const { storage, publicUrl, sender, demo } = parts;
  const parsed = secretSchema.safeParse(message.secret);
  if (!parsed.success) throw new Undeliverable('the sealed letter cannot be read');
  const { to, locale, letter, userId, username, goodUntil } = parsed.data;
  const realm = await storage.stores.realms.byId(message.realmId);
  if (realm === undefined || isLate(goodUntil, new Date())) return 'not_needed';
  if (sender === undefined && !demo) throw new Undeliverable('there is no mail server: set SPAREKEY_SMTP_URL');
  const ttlSeconds = NOT_ME_SECONDS;
  // Of an account that is gone there is nothing to protect any more; the letter still tells.
  const person = isVetoable(letter.kind) ? await storage.stores.users.byId(realm.id, userId) : undefined;
  const notMe = person
    ? await storage.stores.actionLinks.create({ realmId: realm.id, userId, purpose: 'this_wasnt_me', ttlSeconds })
    : undefined;
  const rendered = render(letter, {
    locale,
    username,
    realm: realm.displayName ?? realm.name,
    issuer: `${publicUrl}/realms/${realm.name}`,
    ...(notMe === undefined ? {} : { notMePath: `/not-me/${notMe}` }),
  });
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
