import type { FactorName, Happening, Letter, LetterKind } from '../letter.ts';

/** What a letter looks like before it is text or HTML: one fact, one action. */
export interface Draft {
  subject: string;
  /** Paragraphs. */
  fact: string[];
  /** Set apart, large, to be copied. */
  code?: string;
  action?: { label: string; href: string };
  /** After the action: how long it is good for, what to do otherwise. */
  after?: string[];
}

/** Where links of a letter lead; all of them begin with the configured URL. */
export interface Links {
  account: string;
  backupCodes: string;
  /** A path of the realm as an absolute address. */
  path(path: string): string;
}

export interface WordsContext {
  realm: string;
  links: Links;
}

type Of<K extends LetterKind> = Extract<Letter, { kind: K }>;

/** A language: a function for each letter, and what all of them share. */
export interface Words {
  letters: { [K in LetterKind]: (letter: Of<K>, context: WordsContext) => Draft };
  greeting(username: string): string;
  /** The way out under every letter about something the person may not have done. */
  notMe: { text: string; label: string };
  footer(realm: string): string;
  factors: Record<FactorName, string>;
  /** Text messages. */
  codeText(realm: string, code: string, minutes: number): string;
  /** Carries the code that proves that a number is the person's. */
  numberCodeText(realm: string, code: string, minutes: number): string;
}

/** "22 November 2026 at 14:05 UTC, from 203.0.113.7". */
export function placeAndTime(locale: string, from: (ip: string) => string, { at, ip }: Happening): string {
  const format = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', dateStyle: 'long', timeStyle: 'short' });
  const when = `${format.format(new Date(at))} UTC`;
  return ip === undefined ? when : `${when}, ${from(ip)}`;
}

/** "22 November 2026 at 14:05 UTC". */
export const moment = (locale: string, at: string): string => placeAndTime(locale, (ip) => ip, { at });
