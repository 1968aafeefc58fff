import fc from 'fast-check';
import type { TotpAlgorithm } from '../ports.ts';
import { codeAt, matchingSteps, normaliseTotp, stepAt, type TotpParameters } from './code.ts';

/** RFC 6238 Appendix B: the seeds are "1234567890" repeated to the size of the digest. */
const seeds = { sha1: 20, sha256: 32, sha512: 64 };
const seed = (algorithm: TotpAlgorithm) => Buffer.from('1234567890'.repeat(7).slice(0, seeds[algorithm]), 'ascii');

const app = (changes: Partial<TotpParameters> = {}): TotpParameters => ({
  secret: seed('sha1'),
  algorithm: 'sha1',
  digits: 6,
  periodSeconds: 30,
  ...changes,
});

const at = (seconds: number) => new Date(seconds * 1000);

test.each([
  [59, '94287082', '46119246', '90693936'],
  [1_111_111_109, '07081804', '68084774', '25091201'],
  [1_111_111_111, '14050471', '67062674', '99943326'],
  [1_234_567_890, '89005924', '91819424', '93441116'],
  [2_000_000_000, '69279037', '90698825', '38618901'],
  [20_000_000_000, '65353130', '77737706', '47863826'],
])('RFC 6238 Appendix B at %d seconds, for all three algorithms', (seconds, sha1, sha256, sha512) => {
  for (const [algorithm, code] of Object.entries({ sha1, sha256, sha512 }) as [TotpAlgorithm, string][]) {
    const totp = app({ algorithm, secret: seed(algorithm), digits: 8 });
    expect(codeAt(totp, stepAt(at(seconds), 30))).toBe(code);
    expect(matchingSteps(totp, code, at(seconds))).toEqual([{ step: Math.floor(seconds / 30), driftSteps: 0 }]);
    // Fewer digits are the end of the same number (RFC 4226 §5.3).
    expect(codeAt({ ...totp, digits: 6 }, stepAt(at(seconds), 30))).toBe(code.slice(2));
    expect(codeAt({ ...totp, digits: 7 }, stepAt(at(seconds), 30))).toBe(code.slice(1));
  }
});

test('a code is good from the start of the step before its own to the last millisecond of the step after, and no longer (H8)', () => {
  // A code that outlives its window is how GHSA-xmmm-jw76-q7vg let old codes in.
  const step = 40_000_000;
  const code = codeAt(app(), step);
  const start = step * 30;
  const matched = (seconds: number) => matchingSteps(app(), code, at(seconds)).map(({ driftSteps }) => driftSteps);
  expect(matched(start - 30.001)).toEqual([]);
  expect(matched(start - 30)).toEqual([1]);
  expect(matched(start - 0.001)).toEqual([1]);
  expect(matched(start)).toEqual([0]);
  expect(matched(start + 29.999)).toEqual([0]);
  expect(matched(start + 30)).toEqual([-1]);
  expect(matched(start + 59.999)).toEqual([-1]);
  expect(matched(start + 60)).toEqual([]);
});

test('for any algorithm, digits, period and secret exactly the window of one step matches', () => {
  const totp = fc.record({
    secret: fc.uint8Array({ minLength: 1, maxLength: 128 }).map((bytes) => Buffer.from(bytes)),
    algorithm: fc.constantFrom('sha1', 'sha256', 'sha512'),
    digits: fc.constantFrom(6, 7, 8),
    periodSeconds: fc.integer({ min: 1, max: 3600 }),
  });
  fc.assert(
    fc.property(
      totp,
      fc.integer({ min: 10, max: 4_000_000_000 }),
      fc.integer({ min: -3, max: 3 }),
      (one, seconds, off) => {
        const present = stepAt(at(seconds), one.periodSeconds);
        fc.pre(present + off >= 0);
        const code = codeAt(one, present + off);
        expect(code).toMatch(new RegExp(`^[0-9]{${one.digits}}$`));
        const own = matchingSteps(one, code, at(seconds)).filter(({ driftSteps }) => driftSteps === off);
        expect(own).toEqual(Math.abs(off) <= 1 ? [{ step: present + off, driftSteps: off }] : []);
      },
    ),
  );
});

test.each([
  ['a single byte', Buffer.from('A')],
  ['ten bytes, as many apps made them', Buffer.from('JBSWY3DPEH')],
  ['text that Keycloak used as it is', Buffer.from('aB3$ not base32 at all')],
])('a secret of %s verifies, however it was imported', (_, secret) => {
  const code = codeAt(app({ secret }), 1000);
  expect(matchingSteps(app({ secret }), code, at(30_000))).toHaveLength(1);
});

test('a code of another length matches nothing and is no error', () => {
  for (const code of ['', '12345', '1234567', '12345678']) expect(matchingSteps(app(), code, at(1000))).toEqual([]);
});

test('the first seconds of time have no step before them', () => {
  expect(matchingSteps(app(), codeAt(app(), 0), at(0))).toEqual([{ step: 0, driftSteps: 0 }]);
});

test.each([
  ['123456', '123456'],
  [' 123 456 ', '123456'],
  ['123-456', '123456'],
  ['１２３４５６', '123456'],
  ['123\u00a0456\n', '123456'],
  ['12345678', '12345678'],
])('%j is read as %s', (input, code) => {
  expect(normaliseTotp(input)).toBe(code);
});

test.each([
  '',
  '12345',
  '123456789',
  '12345a',
  '1e5 00',
  '-',
  '٠١٢٣٤٥',
  '123456\0',
  '9'.repeat(1000),
  `${' '.repeat(60)}123456`,
])('%j is malformed', (input) => {
  expect(normaliseTotp(input)).toBeUndefined();
});
