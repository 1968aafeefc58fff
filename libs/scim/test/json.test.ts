import fc from 'fast-check';
import { groupType, type Json, jsonKey, readResource, sameJson } from '../src/index.ts';

const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as Json);

test('JSON values are the same whatever the order of their keys, and no other way', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(sameJson(value, JSON.parse(JSON.stringify(value)) as Json)).toBe(true);
      expect(sameJson([value], [value, value])).toBe(false);
    }),
  );
  expect(sameJson({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true);
  expect(sameJson({ a: null }, {})).toBe(false);
});

test('Two JSON values have one key exactly when they are the same', () => {
  fc.assert(fc.property(json, json, (a, b) => (jsonKey(a) === jsonKey(b)) === sameJson(a, b)));
  expect(jsonKey({ a: 1, b: [{ c: 2, d: 3 }] })).toBe(jsonKey({ b: [{ d: 3, c: 2 }], a: 1 }));
  for (const [a, b] of [
    [['a', 'b'], ['a,b']],
    [{ a: null }, {}],
    ['1', 1],
    [[[]], []],
  ] as const) {
    expect(jsonKey(a as Json)).not.toBe(jsonKey(b as Json));
  }
});

test('Regression: a list of many elements is read in time that grows with its length, not with its square', () => {
  const members = Array.from({ length: 60_000 }, (_none, at) => ({ value: `person-${at % 50_000}`, type: 'User' }));
  const started = performance.now();
  const read = readResource(groupType, { schemas: [groupType.schema.id], displayName: 'all', members });
  const seconds = (performance.now() - started) / 1000;
  expect(read.members).toHaveLength(50_000);
  // Each compared with each would be more than a thousand million comparisons, a minute and more on an idle machine.
  expect(seconds).toBeLessThan(20);
});
