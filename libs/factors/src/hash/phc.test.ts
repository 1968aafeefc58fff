import fc from 'fast-check';
import { formatPhc, parsePhc, type StoredHash, schemeName, UnsupportedHashError } from './phc.ts';

const salt = fc.uint8Array({ minLength: 8, maxLength: 64 }).map((bytes) => Buffer.from(bytes));
const hash = fc.uint8Array({ minLength: 16, maxLength: 128 }).map((bytes) => Buffer.from(bytes));

const stored: fc.Arbitrary<StoredHash> = fc.oneof(
  fc.record({
    scheme: fc.constantFrom('argon2id', 'argon2i', 'argon2d'),
    version: fc.constantFrom(0x10, 0x13),
    memoryKib: fc.integer({ min: 128, max: 32_768 }),
    iterations: fc.integer({ min: 1, max: 64 }),
    parallelism: fc.integer({ min: 1, max: 16 }),
    salt,
    hash,
  }),
  fc.record({
    scheme: fc.constant('pbkdf2' as const),
    digest: fc.constantFrom('sha1', 'sha256', 'sha512'),
    iterations: fc.integer({ min: 1, max: 2_000_000 }),
    salt,
    hash,
  }),
);

test('every hash within the bounds is read back from its PHC string exactly', () => {
  fc.assert(
    fc.property(stored, (one) => {
      expect(parsePhc(formatPhc(one))).toEqual(one);
    }),
  );
});

test('the strings are the ones other programs write', () => {
  const argon2 = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';
  expect(formatPhc(parsePhc(argon2))).toBe(argon2);
  expect(parsePhc(argon2.replace('m=256,t=2,p=1', 'm=256,p=1,t=2'))).toEqual(parsePhc(argon2));
  expect(parsePhc(argon2.replace('$v=19', ''))).toEqual({ ...parsePhc(argon2), version: 0x10 });
  for (const name of ['pbkdf2', 'pbkdf2-sha256', 'pbkdf2-sha512']) {
    const phc = `$${name}$i=210000$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4`;
    expect(formatPhc(parsePhc(phc))).toBe(phc);
  }
});

test('audit sees the name of the scheme only', () => {
  expect(schemeName(parsePhc('$pbkdf2$i=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu'))).toBe('pbkdf2-sha1');
});

const B64 = { salt: 'c29tZXNhbHQ', hash: 'nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4' };
const argon2 = (costs: string, salt = B64.salt) => `$argon2id$v=19$${costs}$${salt}$${B64.hash}`;

test.each([
  ['', 'not a PHC string'],
  ['5f4dcc3b5aa765d61d8327deb882cf99', 'not a PHC string'],
  ['{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=', 'not a PHC string'],
  ['$2b$12$abcdefghijklmnopqrstuv', '"2b" is unknown'],
  ['$1$salt$hash', '"1" is unknown'],
  [`$sha256$${B64.salt}$${B64.hash}`, '"sha256" is unknown'],
  [`$pbkdf2-md5$i=1000$${B64.salt}$${B64.hash}`, '"pbkdf2-md5" is unknown'],
  [`$argon2id$v=18$m=256,t=2,p=1$${B64.salt}$${B64.hash}`, 'version 18'],
  [argon2('m=256,t=2,p=1', ''), 'malformed'],
  [argon2('m=256,t=2,p=1', 'c2FsdA'), 'salt bytes'],
  [argon2('m=256,t=2,p=1', 'not*base64!'), 'salt is not base64'],
  [argon2('m=256,t=2,p=1', `${B64.salt}=`), 'salt is not base64'],
  [argon2('m=256,t=2,p=1,data=abcd'), 'once each'],
  [argon2('m=256,t=2,t=2'), 'once each'],
  [argon2('m=262145,t=1,p=1'), 'memory in KiB: 262145'],
  [argon2('m=999999999,t=1,p=1'), 'memory in KiB'],
  [argon2('m=8,t=65,p=1'), 'iterations: 65'],
  [argon2('m=262144,t=9,p=1'), 'memory × iterations'],
  [argon2('m=256,t=0,p=1'), 'iterations: 0'],
  [argon2('m=256,t=1,p=17'), 'parallelism: 17'],
  [argon2('m=15,t=1,p=2'), 'memory in KiB: 15'],
  [`$pbkdf2-sha512$i=2000001$${B64.salt}$${B64.hash}`, 'iterations: 2000001'],
  [`$pbkdf2-sha512$i=0$${B64.salt}$${B64.hash}`, 'iterations: 0'],
  [`$pbkdf2-sha512$i=210000$${B64.salt}$c2hvcnQ`, 'hash bytes'],
  [`$pbkdf2-sha512$i=210000$${B64.salt}$${'A'.repeat(172)}`, 'hash bytes: 129'],
])('%j is refused, and told why (H10)', (phc, reason) => {
  expect(() => parsePhc(phc)).toThrow(UnsupportedHashError);
  expect(() => parsePhc(phc)).toThrow(reason);
});

test('no message of a refusal holds salt or hash', () => {
  for (const costs of ['m=999999999,t=1,p=1', 'm=1', 'm=256,t=2,p=1,x=1']) {
    expect(() => parsePhc(argon2(costs))).not.toThrow(B64.hash.slice(0, 8));
  }
});

test('any text is either read or refused, within a moment', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((text) => `$argon2id$v=19$${text}`),
      ),
      (text) => {
        try {
          parsePhc(text);
        } catch (error) {
          expect(error).toBeInstanceOf(UnsupportedHashError);
        }
      },
    ),
  );
});
