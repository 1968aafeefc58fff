import { z } from 'zod';

/** Longest password any realm may allow, in characters: the hash takes 1024 bytes, and a character has at most four. */
const MOST_CHARACTERS = 256;

/** What a realm asks of a new password. Passwords that exist are never judged by it. */
export const passwordPolicySchema = z
  .strictObject({
    minLength: z
      .int()
      .min(8)
      .max(64)
      .default(8)
      .describe('Fewest characters (ASVS 5.0 6.2.1: at least 8; 15 is advised where there is no second factor)'),
    maxLength: z
      .int()
      .min(64)
      .max(MOST_CHARACTERS)
      .default(MOST_CHARACTERS)
      .describe('Most characters; at least 64 must be allowed (SP 800-63B-4 §3.1.1.2)'),
    blocklist: z
      .array(z.string().trim().min(4).max(64))
      .max(1000)
      .default([])
      .describe('Words of the house that no password may consist of, whatever is put around them'),
    minStrength: z
      .int()
      .min(0)
      .max(4)
      .default(2)
      .describe('Least score of the strength estimate: 0 is anything, 2 withstands online guessing, 4 a stolen hash'),
    breached: z
      .enum(['off', 'allow_unchecked', 'refuse_unchecked'])
      .default('allow_unchecked')
      .describe('Whether known leaked passwords are refused, and what counts when the list cannot be asked'),
  })
  .prefault({});

export type PasswordPolicy = z.infer<typeof passwordPolicySchema>;

/** Why a password was refused by its form alone. */
export type PasswordRuleBroken =
  | { kind: 'too_short'; min: number }
  | { kind: 'too_long'; max: number }
  /** Little else than the person's name or address, or the realm's. */
  | { kind: 'personal' }
  | { kind: 'blocked' };

/** Words that are easy to guess for this person here. */
export interface PasswordWords {
  /** Username, names, e-mail. */
  person: readonly (string | undefined)[];
  /** Name and display name of the realm. */
  realm: readonly (string | undefined)[];
}

/** Shorter parts of a name are found in too many good passwords. */
const SHORTEST_WORD = 4;

/** One spelling for comparison: compatibility forms, case, accents and the usual substitutions of digits fall together. */
function folded(text: string): string {
  const swaps: Record<string, string> = {
    '0': 'o',
    '1': 'i',
    '3': 'e',
    '4': 'a',
    '5': 's',
    '7': 't',
    '@': 'a',
    $: 's',
  };
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[013457@$]/g, (sign) => swaps[sign] ?? sign);
}

/** The words themselves and their parts, of a length: `ada.lovelace@example.com` gives `ada.lovelace`, `lovelace`, `example` too. */
export function guessableWords(words: readonly (string | undefined)[], shortest = SHORTEST_WORD): string[] {
  const all = words.flatMap((word) =>
    word === undefined ? [] : [word, ...word.split('@'), ...word.split(/[^\p{L}\p{N}]+/u)],
  );
  return [...new Set(all.map((word) => word.trim().toLowerCase()).filter((word) => [...word].length >= shortest))];
}

/** True when what is around the word would not be a password of its own. */
function consistsOf(password: string, word: string, minLength: number): boolean {
  const parts = folded(password).split(folded(word));
  return parts.length > 1 && parts.join('').length < minLength;
}

/**
 * What a password breaks by its form; undefined when nothing. Any composition is fine (ASVS 5.0 6.2.5), length counts
 * characters as people count them, and a name inside a password that is long enough without it does no harm.
 */
export function brokenPasswordRule(
  password: string,
  policy: PasswordPolicy,
  words: PasswordWords,
): PasswordRuleBroken | undefined {
  const length = [...password].length;
  if (length < policy.minLength) return { kind: 'too_short', min: policy.minLength };
  if (length > policy.maxLength) return { kind: 'too_long', max: policy.maxLength };
  const own = guessableWords([...words.person, ...words.realm]);
  if (own.some((word) => consistsOf(password, word, policy.minLength))) return { kind: 'personal' };
  if (policy.blocklist.some((word) => consistsOf(password, word, policy.minLength))) return { kind: 'blocked' };
  return undefined;
}
