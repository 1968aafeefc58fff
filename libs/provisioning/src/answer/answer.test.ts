import fc from 'fast-check';
import { nextAttempt, openSeconds } from './backoff.ts';
import { classify } from './classify.ts';
import { isSick, mayPass } from './health.ts';
import { retryAfterSeconds } from './retry-after.ts';

const now = new Date('2026-11-28T12:00:00.500Z');
const answer = (status: number, text = '', headers: Record<string, string> = {}) =>
  classify({ status, text, headers }, now);
const scim = (detail: string) => JSON.stringify({ schemas: [], detail });

test.each([
  [
    'a created resource',
    answer(201, '{"id":"1","meta":{"version":"W/\\"1\\""}}'),
    { kind: 'ok', body: { id: '1' }, etag: 'W/"1"' },
  ],
  ['nothing to say', answer(204, '', { etag: '"2"' }), { kind: 'ok', body: undefined, etag: '"2"' }],
  ['a portal that says 200', answer(200, '<html>'), { kind: 'retry', failure: 'not_scim' }],
  ['half of an answer', answer(200, '{"id":"1'), { kind: 'retry', failure: 'not_scim' }],
  ['a list where an object should be', answer(200, '[]'), { kind: 'retry', failure: 'not_scim' }],
  ['a proxy that says 404', answer(404, '<html>'), { kind: 'retry', failure: 'not_scim' }],
  ['429 with seconds', answer(429, '', { 'retry-after': '7' }), { kind: 'pause', seconds: 7 }],
  [
    '429 with a date',
    answer(429, '', { 'retry-after': 'Sat, 28 Nov 2026 12:01:00 GMT' }),
    { kind: 'pause', seconds: 60 },
  ],
  ['429 alone', answer(429), { kind: 'pause', seconds: undefined }],
  ['503 with a time', answer(503, '', { 'retry-after': '9' }), { kind: 'pause', seconds: 9 }],
  ['503 alone', answer(503), { kind: 'retry', failure: 'server' }],
  ['500', answer(500, scim('x')), { kind: 'retry', failure: 'server', why: 'answered 500: x' }],
  ['501', answer(501), { kind: 'unsupported' }],
  ['401', answer(401, '<html>'), { kind: 'quarantine', failure: 'unauthorized' }],
  ['403', answer(403), { kind: 'quarantine' }],
  ['404', answer(404, scim('no')), { kind: 'gone' }],
  ['409 (T5)', answer(409, scim('taken')), { kind: 'taken' }],
  ['412', answer(412), { kind: 'stale' }],
  ['400', answer(400, scim('bad')), { kind: 'refused', failure: 'rejected', why: 'answered 400: bad' }],
  ['no answer in time', classify({ failed: 'timeout', why: '' }, now), { kind: 'retry', failure: 'timeout' }],
  ['an answer without end', classify({ failed: 'too_large', why: '' }, now), { kind: 'retry', failure: 'too_large' }],
  ['an inner address', classify({ failed: 'address', why: '' }, now), { kind: 'quarantine' }],
])('%s', (_, outcome, expected) => {
  expect(outcome).toMatchObject(expected);
});

test('Retry-After is seconds or an HTTP-date, never in the past, never beyond a day', () => {
  expect(retryAfterSeconds('0', now)).toBe(1);
  expect(retryAfterSeconds('999999999', now)).toBe(86_400);
  expect(retryAfterSeconds('Saturday, 28-Nov-26 12:00:10 GMT', now)).toBe(10);
  expect(retryAfterSeconds('Sat Nov 28 12:00:10 2026', now)).toBe(10);
  for (const header of [undefined, '', 'soon', '-1', '1.5', 'Sat, 28 Nov 2026 11:00:00 GMT']) {
    expect(retryAfterSeconds(header, now)).toBeUndefined();
  }
  fc.assert(fc.property(fc.string(), (header) => (retryAfterSeconds(header, now) ?? 1) >= 1));
});

test('waits double from 5 seconds to an hour with full jitter, then are 6, 12 and ever 24 hours, until 28 days are over', () => {
  const failingSince = now;
  const seconds = (attempt: number, random: number) => {
    const next = nextAttempt({ attempt, failingSince }, now, random);
    return next === 'dead' ? next : (next.getTime() - now.getTime()) / 1000;
  };
  const longest = 1 - Number.EPSILON;
  expect([1, 2, 3, 10, 11].map((attempt) => Math.round(Number(seconds(attempt, longest))))).toEqual([
    5, 10, 20, 2560, 3600,
  ]);
  expect(seconds(3, 0.5)).toBe(10);
  expect(seconds(1, 0)).toBe(1);
  expect([12, 13, 14, 15].map((attempt) => seconds(attempt, 0))).toEqual([6, 12, 24, 24].map((hours) => hours * 3600));
  const later = new Date(now.getTime() + 28 * 86_400_000);
  expect(nextAttempt({ attempt: 20, failingSince }, later, 0)).toBe('dead');
  expect(nextAttempt({ attempt: 20, failingSince }, new Date(later.getTime() - 1), 0)).not.toBe('dead');
});

test('after five failures in a row a connection is left alone, longer each time', () => {
  expect([0, 4, 5, 6, 30].map((failures) => Math.ceil(openSeconds(failures, 0.999_999)))).toEqual([0, 0, 5, 10, 3600]);
});

test('twenty writes of which more than 40 in a hundred are refused are a sickness', () => {
  expect([
    isSick({ writes: 19, refused: 19 }),
    isSick({ writes: 20, refused: 8 }),
    isSick({ writes: 20, refused: 9 }),
  ]).toEqual([false, false, true]);
});

test('a brake lets few pass at any size, and many only among many', () => {
  const brake = { count: 10, percent: 5 };
  expect([mayPass(brake, 10, 11), mayPass(brake, 11, 100), mayPass(brake, 50, 1000), mayPass(brake, 51, 1000)]).toEqual(
    [true, false, true, false],
  );
  expect(mayPass({ count: 0, percent: 0 }, 1, 1_000_000)).toBe(false);
});
