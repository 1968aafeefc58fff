import { GENERATED_SYMBOLS } from './alphabet.ts';

/** Cryptographically secure random bytes; `crypto.randomBytes` in production, seeded in tests. */
export type RandomBytes = (count: number) => Uint8Array;

/** Chance that a sound source needs more draws than this for one symbol: 2^-320. */
const MAX_DRAWS = 64;

/**
 * One code of `length` symbols without separators, each symbol equally likely. Five bits name one of 32 places; the
 * place that has no symbol is drawn again (rejection sampling), because a remainder would favour the first symbols.
 * Errors: when the source keeps giving the rejected value, which a sound one never does.
 */
export function generateCode(length: number, random: RandomBytes): string {
  let code = '';
  for (let draws = 0; code.length < length; draws++) {
    if (draws > MAX_DRAWS) throw new Error('the random source is not random: every value drawn was rejected');
    for (const byte of random(length - code.length)) code += GENERATED_SYMBOLS[byte >> 3] ?? '';
  }
  return code;
}

/**
 * `count` different codes. A code drawn twice is drawn again, so that each of them can be used once.
 * Errors: when the source keeps repeating itself.
 */
export function generateCodes(shape: { count: number; length: number }, random: RandomBytes): string[] {
  const codes = new Set<string>();
  for (let draws = 0; codes.size < shape.count; draws++) {
    if (draws > shape.count + MAX_DRAWS) throw new Error('the random source is not random: it repeats its codes');
    codes.add(generateCode(shape.length, random));
  }
  return [...codes];
}
