import type { RealmId, UserId } from '@sparekey/contracts';
import type { Letter, LetterLocale } from './letter.ts';
import { letterLocales } from './letter.ts';

/** What the outbox takes; `secret` is sealed at rest and wiped once the message is delivered or given up. */
export interface QueuedMessage<K extends string> {
  realmId: RealmId;
  kind: K;
  payload: Record<string, unknown>;
  secret: Record<string, unknown>;
}

export interface MailSecret {
  to: string;
  locale: LetterLocale;
  letter: Letter;
  /** Whose account it is about. */
  userId: UserId;
  username: string;
  /** ISO 8601; a message that is useless later is dropped then. */
  goodUntil?: string;
}

export interface SmsSecret {
  /** E.164. */
  to: string;
  text: string;
  goodUntil?: string;
}

/** A notice as a text message: put into words where it is sent, as its link is made there. */
export type SmsNoticeSecret = Omit<MailSecret, 'goodUntil'>;

/** Whom a letter is for. */
export interface Recipient {
  realmId: RealmId;
  userId: UserId;
  username: string;
  email: string;
  locale?: string | undefined;
}

/**
 * A mail for the outbox. Everything it says is sealed there, as a letter may carry a code or a link; only its kind and
 * whom it concerns can be read.
 */
export function mail(to: Recipient, letter: Letter, goodUntil?: Date): QueuedMessage<'mail'> {
  const secret: MailSecret = {
    to: to.email,
    locale: letterLocale(to.locale),
    letter,
    userId: to.userId,
    username: to.username,
    ...(goodUntil === undefined ? {} : { goodUntil: goodUntil.toISOString() }),
  };
  return {
    realmId: to.realmId,
    kind: 'mail',
    payload: { letter: letter.kind, userId: to.userId },
    secret: { ...secret },
  };
}

/** A text message for the outbox; number and text are sealed there. */
export function sms(
  { realmId, userId }: { realmId: RealmId; userId: UserId },
  message: { to: string; text: string; goodUntil?: Date },
): QueuedMessage<'sms'> {
  const { to, text, goodUntil } = message;
  const secret: SmsSecret = { to, text, ...(goodUntil === undefined ? {} : { goodUntil: goodUntil.toISOString() }) };
  return {
    realmId,
    kind: 'sms',
    payload: { userId },
    secret: { ...secret },
  };
}

/** A notice by text message; where nothing can send one it is left out, as the mail says the same. */
export function smsNotice(to: Omit<Recipient, 'email'> & { phone: string }, letter: Letter): QueuedMessage<'sms'> {
  const { realmId, userId, username, phone, locale } = to;
  const secret: SmsNoticeSecret = { to: phone, locale: letterLocale(locale), letter, userId, username };
  return { realmId, kind: 'sms', payload: { letter: letter.kind, userId }, secret: { ...secret } };
}

/** The language a person's letters are in: theirs when there is one, else English. */
export function letterLocale(locale: string | undefined): LetterLocale {
  const language = locale?.toLowerCase().split(/[-_]/)[0];
  return letterLocales.find((known) => known === language) ?? 'en';
}
