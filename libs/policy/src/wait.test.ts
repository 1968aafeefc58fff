import fc from 'fast-check';
import { defaultPolicy, isStopped, policySchema, waitAfter } from './index.ts';

const limit = defaultPolicy.lockout.totp;

test.each([
  [0, 0],
  [1, 0],
  [4, 0],
  [5, 30],
  [6, 60],
  [7, 120],
  [8, 240],
  [9, 480],
  [10, 960],
  [11, 1920],
  [12, 3600],
  [13, 3600],
  [99, 3600],
  [100, 3600],
])('by default failure %d begins a wait of %d seconds', (failures, seconds) => {
  expect(waitAfter(failures, limit)).toBe(seconds);
});

const anyLimit = fc
  .record({
    failures: fc.integer({ min: 1, max: 100 }),
    firstWaitSeconds: fc.integer({ min: 1, max: 3600 }),
    maxWaitSeconds: fc.integer({ min: 30, max: 86_400 }),
    hardStop: fc.integer({ min: 10, max: 100 }),
  })
  .map((totp) => policySchema.safeParse({ lockout: { totp } }))
  .filter((read) => read.success)
  .map((read) => read.data.lockout.totp);

test('under any limit a wait is a whole number of seconds, never shrinks with failures and never exceeds the longest', () => {
  fc.assert(
    fc.property(anyLimit, fc.integer({ min: 0, max: 200 }), (any, failures) => {
      const wait = waitAfter(failures, any);
      expect(Number.isSafeInteger(wait)).toBe(true);
      expect(wait).toBeLessThanOrEqual(any.maxWaitSeconds);
      expect(waitAfter(failures + 1, any)).toBeGreaterThanOrEqual(wait);
      expect(wait > 0).toBe(failures >= any.failures);
    }),
  );
});

test('the hard stop is reached with its own number of failures, not one before', () => {
  expect([99, 100, 101].map((failures) => isStopped(failures, limit))).toEqual([false, true, true]);
});
