import fc from 'fast-check';
import { seededBytes } from '../test/seeded.ts';
import { ACCEPTED_SYMBOLS, formatCode, generateCode, normaliseCode } from './index.ts';

const code = fc
  .tuple(fc.nat(), fc.integer({ min: 8, max: 48 }))
  .map(([seed, length]) => generateCode(length, seededBytes(seed)));

const separator = fc.constantFrom(
  ' ',
  '-',
  '\u00a0',
  '\u2010',
  '\u2011',
  '\u2013',
  '\u2014',
  '\u2212',
  '\u202f',
  '\t',
  '\r\n',
  '\u200b',
  '\ufeff',
  '_',
);

test('a code is shown in groups and read back as it was', () => {
  expect(formatCode('K7M2P9X4', 4)).toBe('K7M2-P9X4');
  expect(formatCode('K7M2P9X4Q', 4)).toBe('K7M2-P9X4-Q');
  fc.assert(
    fc.property(code, fc.integer({ min: 3, max: 8 }), (one, groupLength) => {
      expect(normaliseCode(formatCode(one, groupLength))).toBe(one);
      expect(normaliseCode(formatCode(one, groupLength), one.length)).toBe(one);
    }),
  );
});

test('case, spaces and dashes of any kind and in any place do not matter', () => {
  fc.assert(
    fc.property(code, fc.array(fc.tuple(separator, fc.boolean()), { minLength: 49, maxLength: 49 }), (one, noise) => {
      const typed = [...one].map((symbol, place) => {
        const [text, lower] = noise[place] ?? ['', false];
        return `${text}${lower ? symbol.toLowerCase() : symbol}`;
      });
      expect(normaliseCode(`${typed.join('')} `)).toBe(one);
    }),
  );
});

test.each([
  ['k7m2-p9x4', 'K7M2P9X4'],
  ['  K7M2 P9X4\n', 'K7M2P9X4'],
  ['K7M2\u2013P9X4', 'K7M2P9X4'],
  ['Ｋ７Ｍ２－Ｐ９Ｘ４', 'K7M2P9X4'],
  ['LLLL-LLLL', 'LLLLLLLL'],
])('%j is the code %s', (input, expected) => {
  expect(normaliseCode(input, 8)).toBe(expected);
});

test.each([
  ['', 'nothing'],
  ['----', 'separators only'],
  ['K7M2-P9X', 'a symbol too few'],
  ['K7M2-P9X44', 'a symbol too many'],
  ['K7M2-P9X0', 'zero'],
  ['K7M2-P9XO', 'oh'],
  ['K7M2-P9X1', 'one'],
  ['K7M2-P9XI', 'eye'],
  ['K7M2-P9Xß', 'a letter that upper-casing doubles'],
  ['K7M2-P9Xı', 'a letter that upper-casing moves into ASCII'],
  ['K7M2-P9ХХ', 'Cyrillic look-alikes'],
  ['K7M2+P9X4', 'another separator'],
  ["K7M2-P9X4' or 1=1", 'more than a code'],
  ['K7M2\0P9X4', 'a control character'],
  ['\ud83d\ude00'.repeat(4), 'no letters at all'],
])('%j is malformed: %s', (input) => {
  expect(normaliseCode(input, 8)).toBeUndefined();
});

test('without a length, what no policy could have asked for is malformed', () => {
  expect(normaliseCode('A'.repeat(7))).toBeUndefined();
  expect(normaliseCode('A'.repeat(8))).toBe('A'.repeat(8));
  expect(normaliseCode('A'.repeat(48))).toBe('A'.repeat(48));
  expect(normaliseCode('A'.repeat(49))).toBeUndefined();
  expect(normaliseCode(`${' '.repeat(249)}AAAAAAAA`)).toBeUndefined();
});

test('whatever is typed is either malformed or of accepted symbols, and reading it again changes nothing', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ unit: fc.constantFrom(...ACCEPTED_SYMBOLS, ' ', '-', 'o', '1') }),
  );
  fc.assert(
    fc.property(anything, (input) => {
      const read = normaliseCode(input);
      if (read === undefined) return;
      expect(read).toMatch(new RegExp(`^[${ACCEPTED_SYMBOLS}]{8,48}$`));
      expect(normaliseCode(read)).toBe(read);
    }),
    { numRuns: 2000 },
  );
});
