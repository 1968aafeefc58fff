import { ACCEPTED_SYMBOLS } from './alphabet.ts';

/** Longest input that is looked at; far beyond any code with its separators. */
const MAX_INPUT_LENGTH = 256;

/** Shortest and longest code that any policy may ask for (39 bits; 6 groups of 8). */
export const MIN_CODE_LENGTH = 8;
export const MAX_CODE_LENGTH = 48;

/**
 * What people and programs put between groups: white space (no-break ones too), every dash, the minus sign, the
 * underscore, and characters that are not seen at all (soft hyphen, zero-width ones, byte order mark).
 */
const SEPARATORS = /[\s\p{Dash}_\u00ad\u200b-\u200d\u2060\ufeff]/gu;

const SYMBOLS_ONLY = new RegExp(`^[${ACCEPTED_SYMBOLS}${ACCEPTED_SYMBOLS.toLowerCase()}]+$`);

/** `K7M2P9X4` as `K7M2-P9X4`. The last group is shorter when the length is no multiple. */
export function formatCode(code: string, groupLength: number): string {
  const groups: string[] = [];
  for (let start = 0; start < code.length; start += groupLength) groups.push(code.slice(start, start + groupLength));
  return groups.join('-');
}

/**
 * The code as it was generated: separators gone, upper case. Undefined when the input cannot be a code: another
 * character, or a length that is not `length` (without it: that no policy could have asked for). Full-width letters and
 * digits count as their plain forms; no other likeness is guessed.
 */
export function normaliseCode(input: string, length?: number): string | undefined {
  if (input.length > MAX_INPUT_LENGTH) return undefined;
  const code = input.normalize('NFKC').replace(SEPARATORS, '');
  // Before upper-casing: beyond ASCII it can turn one character into two (ß → SS).
  if (!SYMBOLS_ONLY.test(code)) return undefined;
  const fits =
    length === undefined ? code.length >= MIN_CODE_LENGTH && code.length <= MAX_CODE_LENGTH : code.length === length;
  return fits ? code.toUpperCase() : undefined;
}
