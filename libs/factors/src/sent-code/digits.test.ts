import fc from 'fast-check';
import { drawDigits, normaliseDigits } from './digits.ts';

test('values that would make some codes likelier are drawn again', () => {
  const draws = [Buffer.from('ffffffff', 'hex'), Buffer.from('00000007', 'hex')];
  expect(drawDigits(8, () => draws.shift() ?? Buffer.alloc(4))).toBe('00000007');
});

test('every draw gives a code that is read back, however it is spaced', () => {
  fc.assert(
    fc.property(fc.constantFrom(6, 8), fc.uint8Array({ minLength: 4, maxLength: 4 }), (digits, bytes) => {
      bytes[0] = (bytes[0] ?? 0) & 0x7f;
      const code = drawDigits(digits, () => Buffer.from(bytes));
      expect(normaliseDigits(` ${code.slice(0, 3)}-${code.slice(3)}\n`, digits)).toBe(code);
    }),
  );
});

test.each(['', '1234567', '123456789', '1234567a', '１２３４５６７８'])('%p is no code of eight digits', (input) => {
  expect(normaliseDigits(input, 8)).toBeUndefined();
});
