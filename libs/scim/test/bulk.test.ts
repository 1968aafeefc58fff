import fc from 'fast-check';
import {
  type BulkOperation,
  bulkRequestSchema,
  type Json,
  planBulk,
  readBulk,
  referencesOf,
  resolveReferences,
} from '../src/index.ts';
import { thrown } from './world.ts';

const post = (bulkId: string, data: Json = {}): BulkOperation => ({ method: 'POST', bulkId, path: '/Users', data });
const request = (operations: Json, rest: object = {}): Json => ({
  schemas: [bulkRequestSchema],
  Operations: operations,
  ...rest,
});

describe('A bulk request is read (RFC 7644 section 3.7)', () => {
  test.each<[string, Json, number, string]>([
    ['no schema', { Operations: [] }, 400, 'invalidSyntax'],
    ['no operations', { schemas: [bulkRequestSchema] }, 400, 'invalidSyntax'],
    ['another verb', request([{ method: 'GET', path: '/Users' }]), 400, 'invalidSyntax'],
    ['POST without bulkId', request([{ method: 'POST', path: '/Users', data: {} }]), 400, 'invalidSyntax'],
    ['POST with an id', request([{ method: 'POST', bulkId: 'a', path: '/Users/1', data: {} }]), 400, 'invalidPath'],
    ['DELETE without an id', request([{ method: 'DELETE', path: '/Users' }]), 400, 'invalidPath'],
    ['a path with a query', request([{ method: 'DELETE', path: '/Users/1?x' }]), 400, 'invalidPath'],
    ['PUT without data', request([{ method: 'PUT', path: '/Users/1' }]), 400, 'invalidSyntax'],
    [
      'a bulkId twice',
      request([
        { method: 'POST', bulkId: 'a', path: '/Users', data: {} },
        { method: 'POST', bulkId: 'a', path: '/Users', data: {} },
      ]),
      400,
      'invalidValue',
    ],
    ['failOnErrors of none', request([], { failOnErrors: 0 }), 400, 'invalidValue'],
    [
      '1,001 operations',
      request(Array.from({ length: 1001 }, () => ({ method: 'DELETE', path: '/Users/1' }))),
      413,
      'tooMany',
    ],
  ])('refused: %s', (_title, body, status, scimType) => {
    expect(thrown(() => readBulk(body))).toMatchObject({ status, scimType });
  });

  test('the verb in any case, failOnErrors as it is', () => {
    expect(readBulk(request([{ method: 'delete', path: '/Users/1', version: 'W/"1"' }], { failOnErrors: 2 }))).toEqual({
      failOnErrors: 2,
      operations: [{ method: 'DELETE', path: '/Users/1', version: 'W/"1"' }],
    });
  });
});

describe('A plan', () => {
  test('makes what is referred to first, otherwise keeps the order', () => {
    const plan = planBulk([post('group', { members: [{ value: 'bulkId:ada' }] }), post('other'), post('ada')]);
    expect(plan.map(({ index }) => index)).toEqual([2, 0, 1]);
  });

  test('parts a circle: the first is made without the reference, which is told (RFC 7644 section 3.7.1)', () => {
    const a = { displayName: 'A', members: [{ value: 'bulkId:b' }, { value: 'x' }] };
    const plan = planBulk([post('a', a), post('b', { displayName: 'B', members: [{ value: 'bulkId:a' }] })]);
    expect(plan.map(({ index }) => index)).toEqual([1, 0]);
    expect(plan[0]).toMatchObject({
      operation: { data: { displayName: 'B', members: [] } },
      deferred: [{ attribute: 'members', value: [{ value: 'bulkId:a' }] }],
    });
    expect(plan[1]).toMatchObject({ operation: { data: a }, deferred: [] });
  });

  test('a reference to oneself waits too', () => {
    expect(planBulk([post('a', { manager: { value: 'bulkId:a' } })])[0]).toMatchObject({
      deferred: [{ attribute: 'manager' }],
    });
  });

  test('a reference to nothing is refused', () => {
    expect(thrown(() => planBulk([post('a', { members: [{ value: 'bulkId:z' }] })]))).toMatchObject({
      scimType: 'invalidValue',
    });
  });

  test('for any references: every operation once, and every reference either made before or deferred', () => {
    const requests = fc.integer({ min: 1, max: 8 }).chain((count) =>
      fc.array(fc.array(fc.integer({ min: 0, max: count - 1 }), { maxLength: 4 }), {
        minLength: count,
        maxLength: count,
      }),
    );
    fc.assert(
      fc.property(requests, (graph) => {
        const plan = planBulk(
          graph.map((to, at) =>
            post(`b${at}`, { members: [...new Set(to)].map((value) => ({ value: `bulkId:b${value}` })) }),
          ),
        );
        expect(plan.map(({ index }) => index).sort()).toEqual(graph.map((_to, at) => at));
        const made = new Set<string>();
        for (const { index, operation, deferred } of plan) {
          const now = referencesOf(operation.data);
          for (const id of now) expect(made.has(id)).toBe(true);
          const later = deferred.flatMap(({ value }) => [...referencesOf(value)]);
          expect(new Set([...now, ...later])).toEqual(new Set((graph[index] ?? []).map((to) => `b${to}`)));
          made.add(`b${index}`);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('a chain of a thousand costs no stack', () => {
    const chain = Array.from({ length: 1000 }, (_one, at) =>
      post(`b${at}`, at === 999 ? {} : { manager: { value: `bulkId:b${at + 1}` } }),
    );
    expect(planBulk(chain).map(({ index }) => index)).toEqual(Array.from({ length: 1000 }, (_one, at) => 999 - at));
  });
});

test('references become ids, everything else stays', () => {
  expect(
    resolveReferences(
      { a: 'bulkId:x', b: ['bulkId:y', 1, null], c: 'x' },
      new Map([
        ['x', '1'],
        ['y', '2'],
      ]),
    ),
  ).toEqual({ a: '1', b: ['2', 1, null], c: 'x' });
});
