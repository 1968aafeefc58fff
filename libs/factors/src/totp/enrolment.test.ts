import fc from 'fast-check';
import { base32 } from './base32.ts';
import { setupOf } from './enrolment.ts';

const totp = { secret: Buffer.from('12345678901234567890'), algorithm: 'sha1', digits: 6, periodSeconds: 30 } as const;

test.each([
  ['', ''],
  ['f', 'MY'],
  ['fo', 'MZXQ'],
  ['foo', 'MZXW6'],
  ['foob', 'MZXW6YQ'],
  ['fooba', 'MZXW6YTB'],
  ['foobar', 'MZXW6YTBOI'],
])('RFC 4648 §10: %j is %s in base32', (text, expected) => {
  expect(base32(Buffer.from(text))).toBe(expected);
});

test('base32 has every bit of the bytes, in order', () => {
  const bits = (text: string) =>
    [...text].map((symbol) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(symbol).toString(2).padStart(5, '0')).join('');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const expected = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
      expect(bits(base32(bytes)).slice(0, expected.length)).toBe(expected);
    }),
  );
});

test('an app is set up by URI, or by typing the key in groups of four', () => {
  expect(setupOf(totp, { issuer: 'Acme Co', account: 'ann@acme.example' })).toEqual({
    uri: 'otpauth://totp/Acme%20Co:ann%40acme.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Acme%20Co',
    textKey: 'GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ',
  });
});

test('what differs from the usual is said in the URI', () => {
  const { uri } = setupOf(
    { ...totp, algorithm: 'sha256', digits: 8, periodSeconds: 60 },
    { issuer: 'A', account: 'b' },
  );
  expect(Object.fromEntries(new URL(uri).searchParams)).toEqual({
    secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
    issuer: 'A',
    algorithm: 'SHA256',
    digits: '8',
    period: '60',
  });
});

test('whatever realm and person are called, the URI has one colon, no line break and the right issuer', () => {
  const name = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.constantFrom('a:b', '::', '?&=#%', 'x\r\ny', 'é 日本'),
  );
  fc.assert(
    fc.property(name, name, (issuer, account) => {
      const { uri } = setupOf(totp, { issuer, account });
      const [, label = ''] = /^otpauth:\/\/totp\/([^?]*)\?secret=[A-Z2-7]{32}&issuer=[^&]+$/.exec(uri) ?? [];
      const [shownIssuer, shownAccount, ...more] = decodeURIComponent(label).split(':');
      expect(more).toEqual([]);
      expect(shownAccount).not.toBe('');
      expect(new URL(uri).searchParams.get('issuer')).toBe(shownIssuer);
      expect(decodeURIComponent(uri)).not.toMatch(/\p{Cc}/u);
    }),
  );
  expect(setupOf(totp, { issuer: '::', account: '\n' }).uri).toContain('/Sparekey:account?');
});
