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

/** What a text message tells of a number: it was the account's, or it is from now on. */
export type NumberNotice = 'number_left' | 'number_set';

export interface SmsSecret {
  /** E.164. */
  to: string;
  text: string;
  goodUntil?: string;
}

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
  message: { to: string; text: string; goodUntil?: Date; notice?: NumberNotice },
): QueuedMessage<'sms'> {
  const { to, text, goodUntil, notice } = message;
  const secret: SmsSecret = { to, text, ...(goodUntil === undefined ? {} : { goodUntil: goodUntil.toISOString() }) };
  return {
    realmId,
    kind: 'sms',
    payload: { userId, ...(notice === undefined ? {} : { notice }) },
    secret: { ...secret },
  };
}

/** The language a person's letters are in: theirs when there is one, else English. */
export function letterLocale(locale: string | undefined): LetterLocale {
  const language = locale?.toLowerCase().split(/[-_]/)[0];
  return letterLocales.find((known) => known === language) ?? 'en';
}
