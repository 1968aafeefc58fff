import fc from 'fast-check';
import { applyChanges, diff } from './diff.ts';
import { overlaid, projected } from './overlay.ts';
import { type PatchOperation, patchSteps } from './patch.ts';
import { canonical, enterpriseUser, type Json, membersOf, type ScimResource, withMembers } from './resource.ts';
import { announcedTraits, traitsOf } from './traits.ts';

const scalar = fc.oneof(fc.string({ maxLength: 4 }), fc.boolean(), fc.integer({ min: 0, max: 3 }));
const complex = fc.dictionary(fc.constantFrom('givenName', 'familyName', 'formatted', '__proto__'), scalar, {
  maxKeys: 3,
});
const values = fc.array(fc.record({ value: scalar, type: fc.constantFrom('work', 'home'), primary: fc.boolean() }), {
  maxLength: 3,
});
const resource = fc
  .tuple(
    fc.record(
      { userName: scalar, active: fc.boolean(), name: complex, emails: values, odd: fc.oneof(scalar, complex, values) },
      { requiredKeys: [] },
    ),
    fc.option(fc.dictionary(fc.constantFrom('department', 'division'), fc.oneof(scalar, complex), { maxKeys: 2 })),
    fc.uniqueArray(fc.integer({ min: 0, max: 40 }).map(String), { maxLength: 30 }),
  )
  .map(([plain, extension, members]) =>
    canonical(withMembers({ ...plain, ...(extension && { [enterpriseUser]: extension }) } as ScimResource, members)),
  );

test('what a diff says leads from the one to the other; nothing is said of two that are the same', () => {
  fc.assert(
    fc.property(resource, resource, (before, after) => {
      expect(applyChanges(before, diff(before, after))).toEqual(after);
      expect(diff(after, after)).toEqual([]);
      expect(canonical(after)).toEqual(after);
    }),
    { numRuns: 150 },
  );
});

/** A target of our own that knows nothing but RFC 7644 §3.5.2 and the form of AWS. */
function patched(remote: ScimResource, operations: readonly PatchOperation[]): ScimResource {
  let now = remote;
  for (const { op, path, value } of operations) {
    const removed = /^members\[value eq (".*")\]$/.exec(path);
    const ids = Array.isArray(value) ? value.map((each) => String((each as { value: Json }).value)) : [];
    if (path === 'members' || removed) {
      const gone = removed ? [JSON.parse(removed[1] ?? '""')] : op === 'remove' ? ids : [];
      const left = membersOf(now).filter((id) => !gone.includes(id));
      now = withMembers(now, op === 'add' ? [...left, ...ids] : left);
      continue;
    }
    const [, urn, rest = ''] = /^(urn:.*:User):(.*)$/.exec(path) ?? [undefined, undefined, path];
    const steps = urn === undefined ? rest.split('.') : [urn, rest];
    now = applyChanges(now, [
      value === undefined ? { kind: 'unset', path: steps } : { kind: 'set', path: steps, value },
    ]);
  }
  return canonical(now);
}

test.each(['strict', 'aws', 'keycloak', 'google_cloud'] as const)(
  'for %s no PATCH is beyond what it takes, and each leaves what it says (T1 to T3)',
  (profile) => {
    const own = traitsOf(profile);
    const traits = {
      ...own,
      maxOperations: Math.min(5, own.maxOperations.group),
      maxMembers: Math.min(4, own.maxMembers),
    };
    fc.assert(
      fc.property(resource, resource, (before, after) => {
        let remote = before;
        for (const step of patchSteps(before, diff(before, after), traits)) {
          expect(step.operations.length).toBeLessThanOrEqual(traits.maxOperations);
          const members = step.operations.flatMap(({ path, value }) =>
            path.startsWith('members') ? (Array.isArray(value) ? value : [path]) : [],
          );
          expect(members.length).toBeLessThanOrEqual(traits.maxMembers);
          remote = patched(remote, step.operations);
          expect(remote).toEqual(step.after);
        }
        expect(remote).toEqual(after);
      }),
      { numRuns: 50 },
    );
  },
);

test('a group of AWS loses and gains its members a hundred at a time, never all at once by path (T1)', () => {
  const ids = (from: number, count: number) => Array.from({ length: count }, (_, n) => `m${from + n}`);
  const [before, after] = [withMembers({}, ids(0, 250)), withMembers({}, ids(250, 150))];
  const steps = patchSteps(before, diff(before, after), { ...traitsOf('aws'), maxOperations: 100 });
  const counted = steps.map(({ operations }) => operations.map(({ op, value }) => [op, (value as Json[]).length]));
  expect(counted).toEqual([[['remove', 100]], [['remove', 100]], [['remove', 50]], [['add', 100]], [['add', 50]]]);
});

test('a PUT keeps what we do not decide, drops what only the server may say, and empties a group by an empty list (T4)', () => {
  const remote = {
    id: 'r1',
    meta: { version: 'x' },
    schemas: ['s'],
    displayName: 'old',
    nickName: 'theirs',
    members: [{ value: 'a', display: 'A' }],
  };
  const decided = { displayName: 'new' };
  expect(overlaid('group', remote, decided, { displayName: 'old', members: [{ value: 'a' }] })).toEqual({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName: 'new',
    nickName: 'theirs',
    members: [],
  });
});

test('what a server adds to what we sent is no difference', () => {
  const decided = {
    userName: 'ada',
    emails: [{ type: 'work', value: 'a@x' }],
    [enterpriseUser]: { manager: { value: 'm' } },
    members: [{ value: 'a' }],
  };
  const remote = {
    id: '1',
    userName: 'ada',
    nickName: 'their own',
    emails: [{ type: 'work', value: 'a@x', primary: false, display: 'a@x' }],
    [enterpriseUser]: { manager: { value: 'm', $ref: '../Users/m', displayName: 'M' }, costCenter: '1' },
    members: [{ value: 'a', $ref: '../Users/a', type: 'User' }],
  };
  expect(diff(projected(remote, decided), decided)).toEqual([]);
  const moved = { ...remote, members: [...remote.members, { value: 'b' }], userName: 'eve' };
  expect(diff(projected(moved, decided), decided)).toEqual([
    { kind: 'set', path: ['userName'], value: 'ada' },
    { kind: 'members', add: [], remove: ['b'] },
  ]);
});

test('a profile has the last word about what a target announces (T1 to T3)', () => {
  const announced = announcedTraits({ patch: { supported: false }, etag: { supported: true } });
  expect(traitsOf('strict', announced)).toMatchObject({ patch: false, etag: true });
  expect(traitsOf('aws', announced)).toMatchObject({ etag: false, maxMembers: 100 });
  expect(traitsOf('keycloak', announced)).toMatchObject({
    membersInBody: false,
    maxOperations: { user: 100, group: 100 },
  });
  const google = { etag: false, maxOperations: { user: 20, group: 2 }, maxMembers: 1 };
  expect(traitsOf('google_cloud', announced)).toMatchObject(google);
  expect(announcedTraits('nothing')).toEqual({ patch: undefined, etag: undefined });
});
