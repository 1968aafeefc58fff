import fc from 'fast-check';
import { nextAttempt } from './backoff.ts';

const created = new Date('2026-01-01T00:00:00Z');
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('every wait is at least 2.5 seconds and at most an hour', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), random, (attempts, chance) => {
      const next = nextAttempt({ attempts, createdAt: created }, created, chance);
      if (next === 'dead') throw new Error('given up at once');
      const seconds = (next.getTime() - created.getTime()) / 1000;
      expect(seconds).toBeGreaterThanOrEqual(2.5);
      expect(seconds).toBeLessThanOrEqual(3600);
    }),
  );
});

test('a receiver that is down for ten minutes gets at least six more tries in that time', () => {
  let now = created;
  let tries = 0;
  for (let attempts = 1; now.getTime() < created.getTime() + 600_000; attempts += 1) {
    const next = nextAttempt({ attempts, createdAt: created }, now, 0.999);
    if (next === 'dead') throw new Error('given up');
    now = next;
    tries += 1;
  }
  expect(tries).toBeGreaterThanOrEqual(7);
});

test('a message is given up after a day, not before', () => {
  const hours = (count: number) => new Date(created.getTime() + count * 3_600_000);
  expect(nextAttempt({ attempts: 30, createdAt: created }, hours(22.9), 0.999)).toBeInstanceOf(Date);
  expect(nextAttempt({ attempts: 30, createdAt: created }, hours(24), 0)).toBe('dead');
});
