import { seededBytes, testClock } from './time.ts';

test('a clock stands still until it is moved', () => {
  const clock = testClock('2030-01-01T00:00:00Z');
  clock.advance({ days: 1, seconds: 30 });
  expect(clock.now()).toEqual(new Date('2030-01-02T00:00:30Z'));
  expect(clock.now()).toEqual(new Date('2030-01-02T00:00:30Z'));
});

test('one seed gives one sequence, of any size, and another seed another', () => {
  const [one, same, other] = [seededBytes('a'), seededBytes('a'), seededBytes('b')];
  expect(one(40)).toEqual(same(40));
  expect(one(5)).toHaveLength(5);
  expect(one(32)).not.toEqual(one(32));
  expect(seededBytes('a')(32)).not.toEqual(other(32));
});
