import fc from 'fast-check';
import { seededBytes } from '../test/seeded.ts';
import {
  ACCEPTED_SYMBOLS,
  codeBits,
  GENERATED_SYMBOLS,
  generateCode,
  generateCodes,
  type RandomBytes,
} from './index.ts';

const SYMBOLS_COUNTED = 1_200_000;

/** Chi-square with 30 degrees of freedom stays below this in 999 999 of a million runs of an unbiased source. */
const CHI_SQUARE_LIMIT = 86.6;

function chiSquare(text: string): number {
  const seen = new Map<string, number>();
  for (const symbol of text) seen.set(symbol, (seen.get(symbol) ?? 0) + 1);
  const expected = text.length / GENERATED_SYMBOLS.length;
  return [...GENERATED_SYMBOLS].reduce((sum, symbol) => sum + ((seen.get(symbol) ?? 0) - expected) ** 2 / expected, 0);
}

/** The fault that the chi-square has to catch: symbols by remainder, so that 8 of 31 come more often. */
function byRemainder(length: number, random: RandomBytes): string {
  return Array.from(random(length), (byte) => GENERATED_SYMBOLS[byte % GENERATED_SYMBOLS.length]).join('');
}

test('the alphabets are the ones promised: 31 symbols generated, L accepted beside them', () => {
  expect(GENERATED_SYMBOLS).toBe('ABCDEFGHJKMNPQRSTUVWXYZ23456789');
  expect(ACCEPTED_SYMBOLS).toBe('ABCDEFGHJKLMNPQRSTUVWXYZ23456789');
  expect(new Set(GENERATED_SYMBOLS).size).toBe(31);
  expect(codeBits(8)).toBeCloseTo(39.63, 2);
});

test('over a million symbols every symbol is equally likely (H51)', () => {
  expect(chiSquare(generateCode(SYMBOLS_COUNTED, seededBytes(1)))).toBeLessThan(CHI_SQUARE_LIMIT);
});

test('every place of a code is unbiased by itself', () => {
  const places = Array.from({ length: 8 }, () => '');
  const random = seededBytes(2);
  for (let n = 0; n < 50_000; n++) {
    for (const [place, symbol] of [...generateCode(8, random)].entries()) places[place] += symbol;
  }
  for (const symbols of places) expect(chiSquare(symbols)).toBeLessThan(CHI_SQUARE_LIMIT);
});

test('the same measure catches symbols taken by remainder', () => {
  expect(chiSquare(byRemainder(SYMBOLS_COUNTED, seededBytes(1)))).toBeGreaterThan(10 * CHI_SQUARE_LIMIT);
});

test('the byte values whose place has no symbol are drawn again, and only these', () => {
  const rejected = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => {
    let draws = 0;
    generateCode(1, () => Uint8Array.of(draws++ === 0 ? byte : 0));
    return draws > 1;
  });
  expect(rejected).toEqual([248, 249, 250, 251, 252, 253, 254, 255]);
});

test('codes of a set are all different, of the length asked for, and of generated symbols only', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 8, max: 20 }), fc.integer({ min: 8, max: 48 }), (seed, count, length) => {
      const codes = generateCodes({ count, length }, seededBytes(seed));
      expect(new Set(codes).size).toBe(count);
      for (const code of codes) expect(code).toMatch(new RegExp(`^[${GENERATED_SYMBOLS}]{${length}}$`));
    }),
  );
});

test('a code drawn twice is drawn again', () => {
  const draws = [1, 1, 1, 2].map((place) => Uint8Array.of(place << 3));
  expect(generateCodes({ count: 2, length: 1 }, () => draws.shift() ?? new Uint8Array())).toEqual(['B', 'C']);
});

test('a broken random source is an error, not an endless loop or a set of equal codes', () => {
  expect(() => generateCode(8, (count) => new Uint8Array(count).fill(255))).toThrow('not random');
  expect(() => generateCodes({ count: 10, length: 8 }, (count) => new Uint8Array(count))).toThrow('repeats');
  expect(() => generateCode(8, () => new Uint8Array())).toThrow('not random');
});
