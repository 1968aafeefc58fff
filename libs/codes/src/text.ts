export interface CodesTextInput {
  /** Display name of the realm. */
  realm: string;
  /** Name that the person signs in with. */
  account: string;
  created: Date;
  expires: Date;
  signInUrl: string;
  /** Formatted, in their order. */
  codes: readonly string[];
}

/** Sentences of the text; a page in another language passes its own. */
export interface CodesTextWords {
  title(realm: string): string;
  account: string;
  created: string;
  expires: string;
  signIn: string;
  howTo: string;
}

const english: CodesTextWords = {
  title: (realm) => `Backup codes for ${realm}`,
  account: 'Account',
  created: 'Made on',
  expires: 'Valid until',
  signIn: 'Sign in at',
  howTo: 'Each code works once. Tick it off when you have used it. Keep this where only you can reach it.',
};

/** A day in UTC as 2026-11-22: read the same way everywhere, and good in a file name. */
function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** Names come from administrators and people: no line break or control character of theirs may start a line of its own. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

/**
 * The text that is downloaded or printed: what the codes are for, whose they are, until when, where to use them, and
 * the codes with boxes to tick off. Lines end in CRLF, so that the plainest editor of any system shows them apart.
 */
export function codesText(input: CodesTextInput, words: CodesTextWords = english): string {
  const title = oneLine(words.title(input.realm));
  return [
    title,
    '='.repeat([...title].length),
    '',
    `${words.account}: ${oneLine(input.account)}`,
    `${words.created}: ${day(input.created)}`,
    `${words.expires}: ${day(input.expires)}`,
    `${words.signIn}: ${oneLine(input.signInUrl)}`,
    '',
    ...input.codes.map((code, index) => `[ ] ${String(index + 1).padStart(2)}.  ${code}`),
    '',
    words.howTo,
    '',
  ].join('\r\n');
}

/**
 * A plain name for that file, `backup-codes-acme-2026-11-22.txt`: ASCII letters, digits and dashes only, whatever the
 * realm is called, so that it can stand in a Content-Disposition header as it is.
 */
export function codesFileName(input: { realm: string; created: Date }): string {
  const realm = input.realm
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  return ['backup-codes', ...(realm === '' ? [] : [realm]), `${day(input.created)}.txt`].join('-');
}
