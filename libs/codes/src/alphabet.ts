/**
 * Symbols a code is made of (31): no 0/O, 1/I and no L, which are mistaken for one another in print and in handwriting.
 */
export const GENERATED_SYMBOLS = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';

/** Symbols a submitted code may hold: L is well-formed on input, although no code is generated with it. */
export const ACCEPTED_SYMBOLS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** Entropy of one generated symbol, in bits. */
export const BITS_PER_SYMBOL = Math.log2(GENERATED_SYMBOLS.length);

/** Entropy of a code of `length` symbols, in bits (8 symbols: 39.63). */
export function codeBits(length: number): number {
  return length * BITS_PER_SYMBOL;
}
