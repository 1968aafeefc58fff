import fc from 'fast-check';
import { normaliseLogin } from './normalise-login.ts';

test.each([
  ['  Alice ', 'alice'],
  ['ＡＬＩＣＥ', 'alice'],
  ['ALICE@Example.ORG', 'alice@example.org'],
  ['\u00a0alice\u3000', 'alice'],
  ['Zoe\u0308', 'zoë'],
  ['\u212aim', 'kim'],
  ['ﬁn', 'fin'],
])('%j is compared as %j', (typed, compared) => {
  expect(normaliseLogin(typed)).toBe(compared);
});

test('no spelling of a spelling is another login', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (login) => {
      const once = normaliseLogin(login);
      expect(normaliseLogin(once)).toBe(once);
      expect(normaliseLogin(` ${once}\t`)).toBe(once);
      expect(normaliseLogin(once.normalize('NFD'))).toBe(once);
    }),
    { numRuns: 2_000 },
  );
});

test('every character of Unicode settles in one pass', () => {
  for (let point = 0; point <= 0x10ffff; point += 1) {
    if (point >= 0xd800 && point <= 0xdfff) continue;
    const once = normaliseLogin(String.fromCodePoint(point));
    if (normaliseLogin(once) !== once) throw new Error(`U+${point.toString(16)} does not settle`);
  }
});
