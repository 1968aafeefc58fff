import {
  applyPatch,
  groupType,
  type Json,
  type JsonObject,
  normalisePatch,
  type PatchOperation,
  patchSchema,
  profiles,
  readPatch,
  splitRelation,
  userType,
} from '../src/index.ts';
import { enterprise, thrown } from './world.ts';

const person: JsonObject = {
  id: '1',
  userName: 'ada',
  active: true,
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  emails: [
    { value: 'ada@work.example', type: 'work', primary: true },
    { value: 'ada@home.example', type: 'home' },
  ],
  [enterprise]: { department: 'Analysis' },
};

function patched(operations: readonly PatchOperation[], resource = person): JsonObject {
  return applyPatch(userType, resource, operations);
}

type Row = [string, PatchOperation, JsonObject];

describe('A PATCH operation (RFC 7644 section 3.5.2)', () => {
  test.each<Row>([
    ['add sets a single value', { op: 'add', path: 'nickName', value: 'Countess' }, { nickName: 'Countess' }],
    [
      'add without a path sets each attribute',
      { op: 'add', value: { title: 'Dr', nickName: 'A' } },
      { title: 'Dr', nickName: 'A' },
    ],
    [
      'add appends to many',
      { op: 'add', path: 'emails', value: [{ value: 'x@x.example' }] },
      { emails: [...(person.emails as Json[]), { value: 'x@x.example' }] },
    ],
    [
      'add of what is there changes nothing',
      { op: 'add', path: 'emails', value: [{ value: 'ADA@work.example', type: 'work' }] },
      {},
    ],
    [
      'add of a primary ends the former',
      { op: 'add', path: 'emails', value: [{ value: 'n@n.example', primary: true }] },
      {
        emails: [
          { value: 'ada@work.example', type: 'work', primary: false },
          { value: 'ada@home.example', type: 'home' },
          { value: 'n@n.example', primary: true },
        ],
      },
    ],
    [
      'add merges a complex value',
      { op: 'add', path: 'name', value: { middleName: 'King' } },
      { name: { givenName: 'Ada', familyName: 'Lovelace', middleName: 'King' } },
    ],
    [
      'replace sets one part',
      { op: 'replace', path: 'name.familyName', value: 'King' },
      { name: { givenName: 'Ada', familyName: 'King' } },
    ],
    [
      'replace keeps parts that it does not name',
      { op: 'replace', path: 'name', value: { givenName: 'A' } },
      { name: { givenName: 'A', familyName: 'Lovelace' } },
    ],
    [
      'replace with null unsets',
      { op: 'replace', path: 'name.familyName', value: null },
      { name: { givenName: 'Ada' } },
    ],
    [
      'replace takes the place of all elements',
      { op: 'replace', path: 'emails', value: [{ value: 'one@x.example' }] },
      { emails: [{ value: 'one@x.example' }] },
    ],
    [
      'replace changes the chosen part',
      { op: 'replace', path: 'emails[type eq "home"].value', value: 'h@h.example' },
      {
        emails: [
          { value: 'ada@work.example', type: 'work', primary: true },
          { value: 'h@h.example', type: 'home' },
        ],
      },
    ],
    [
      'replace takes the place of the chosen element',
      { op: 'replace', path: 'emails[type eq "home"]', value: { value: 'h@h.example' } },
      { emails: [{ value: 'ada@work.example', type: 'work', primary: true }, { value: 'h@h.example' }] },
    ],
    [
      'making one primary ends the other',
      { op: 'replace', path: 'emails[type eq "home"].primary', value: true },
      {
        emails: [
          { value: 'ada@work.example', type: 'work', primary: false },
          { value: 'ada@home.example', type: 'home', primary: true },
        ],
      },
    ],
    [
      'remove takes the chosen',
      { op: 'remove', path: 'emails[type eq "home"]' },
      { emails: [{ value: 'ada@work.example', type: 'work', primary: true }] },
    ],
    [
      'remove takes one part',
      { op: 'remove', path: 'emails[type eq "home"].type' },
      { emails: [{ value: 'ada@work.example', type: 'work', primary: true }, { value: 'ada@home.example' }] },
    ],
    ['remove of what is not there changes nothing', { op: 'remove', path: 'emails[type eq "fax"]' }, {}],
    [
      'an extension attribute is reached by its URN',
      { op: 'replace', path: `${enterprise}:department`, value: 'Engines' },
      { [enterprise]: { department: 'Engines' } },
    ],
    [
      'an extension is a value without a path',
      { op: 'add', value: { [enterprise]: { costCenter: '7' } } },
      { [enterprise]: { department: 'Analysis', costCenter: '7' } },
    ],
    [
      'the schemas that a client writes inside an extension are passed over, with a path',
      { op: 'add', path: enterprise, value: { schemas: [enterprise], costCenter: '7' } },
      { [enterprise]: { department: 'Analysis', costCenter: '7' } },
    ],
    [
      'the schemas that a client writes inside an extension are passed over, without a path',
      { op: 'add', value: { [enterprise]: { schemas: [enterprise], costCenter: '7' } } },
      { [enterprise]: { department: 'Analysis', costCenter: '7' } },
    ],
  ])('%s', (_title, operation, expected) => {
    expect(patched([operation])).toEqual({ ...person, ...expected });
  });

  test('remove takes all, one or a whole extension', () => {
    expect(patched([{ op: 'remove', path: 'emails' }])).not.toHaveProperty('emails');
    expect(patched([{ op: 'remove', path: 'name' }])).not.toHaveProperty('name');
    expect(Object.keys(patched([{ op: 'remove', path: enterprise }]))).not.toContain(enterprise);
    expect(Object.keys(patched([{ op: 'remove', path: `${enterprise}:department` }]))).not.toContain(enterprise);
  });
});

describe('A PATCH that cannot be is refused, and nothing of it happens', () => {
  test.each<[string, PatchOperation, string]>([
    ['an attribute that is none', { op: 'add', path: 'nothing', value: 1 }, 'invalidPath'],
    ['a path that is none', { op: 'add', path: 'emails[', value: 1 }, 'invalidPath'],
    ['a filter of a path that is none', { op: 'add', path: 'emails[nothing eq 1]', value: {} }, 'invalidPath'],
    ['an element that is not there', { op: 'replace', path: 'emails[type eq "fax"].value', value: 'x' }, 'noTarget'],
    ['a value of another type', { op: 'replace', path: 'active', value: 'False' }, 'invalidValue'],
    ['an attribute that is readOnly', { op: 'replace', path: 'groups', value: [] }, 'mutability'],
    ['another id', { op: 'replace', value: { id: '2' } }, 'mutability'],
    ['meta', { op: 'replace', path: 'meta.created', value: '2026-01-01T00:00:00Z' }, 'mutability'],
    ['no required attribute any more', { op: 'remove', path: 'userName' }, 'mutability'],
    [
      'two primaries',
      {
        op: 'replace',
        path: 'emails',
        value: [
          { value: 'a', primary: true },
          { value: 'b', primary: true },
        ],
      },
      'invalidValue',
    ],
    [
      'a part of a filter on one value',
      { op: 'replace', path: 'name[givenName eq "x"].familyName', value: 'x' },
      'invalidPath',
    ],
    ['a path as a key', { op: 'replace', value: { 'name.givenName': 'x' } }, 'invalidPath'],
    ['__proto__ as a path', { op: 'add', path: '__proto__.polluted', value: true }, 'invalidPath'],
    ['constructor as a path', { op: 'add', path: 'constructor.prototype', value: true }, 'invalidPath'],
    [
      '__proto__ as a key',
      { op: 'add', value: JSON.parse('{"__proto__": {"polluted": true}}') as Json },
      'invalidPath',
    ],
    [
      '__proto__ inside a value',
      { op: 'add', path: 'name', value: JSON.parse('{"__proto__": {"polluted": true}}') as Json },
      'invalidSyntax',
    ],
  ])('%s', (_title, operation, scimType) => {
    const before = structuredClone(person);
    expect(thrown(() => patched([{ op: 'replace', path: 'title', value: 'changed' }, operation]))).toMatchObject({
      scimType,
    });
    expect(person).toEqual(before);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test.each<[string, Json, string]>([
    ['no schema', { Operations: [{ op: 'add', value: {} }] }, 'invalidSyntax'],
    ['no operation', { schemas: [patchSchema], Operations: [] }, 'invalidSyntax'],
    ['another verb', { schemas: [patchSchema], Operations: [{ op: 'move', path: 'x' }] }, 'invalidSyntax'],
    ['remove without a path', { schemas: [patchSchema], Operations: [{ op: 'remove' }] }, 'noTarget'],
    ['add without a value', { schemas: [patchSchema], Operations: [{ op: 'add', path: 'title' }] }, 'invalidValue'],
    ['text for a body', 'x', 'invalidSyntax'],
  ])('%s', (_title, body, scimType) => {
    expect(thrown(() => readPatch(body))).toMatchObject({ status: 400, scimType });
  });
});

describe('Members are parted from their group', () => {
  const split = (operations: PatchOperation[]) => splitRelation(groupType, 'members', operations, 'g');

  test('in their order, the rest staying a PATCH of the group', () => {
    expect(
      split([
        { op: 'remove', path: 'members[value eq "a"]' },
        { op: 'replace', value: { id: 'g', displayName: 'New' } },
        { op: 'add', path: 'members', value: [{ value: 'b', display: 'B' }] },
        { op: 'remove', path: 'members', value: [{ $ref: null, value: 'c' }] },
        { op: 'remove', path: 'members' },
      ]),
    ).toEqual({
      operations: [{ op: 'replace', path: 'displayName', value: 'New' }],
      changes: [
        { kind: 'removeWhere', filter: expect.objectContaining({ kind: 'part' }) },
        { kind: 'add', elements: [{ value: 'b' }] },
        { kind: 'remove', elements: [{ value: 'c' }] },
        { kind: 'replace', elements: [] },
      ],
    });
  });

  test('what changes a member in its place is refused: its parts are immutable (RFC 7643 section 8.7.1)', () => {
    for (const path of ['members[value eq "a"].value', 'members[value eq "a"]', 'members.value']) {
      expect(thrown(() => split([{ op: 'replace', path, value: 'b' }]))).toMatchObject({ scimType: 'mutability' });
    }
  });
});

test('a profile that knows no mistakes leaves a body as it is', () => {
  const body = { schemas: [patchSchema], Operations: [{ op: 'Replace', path: 'active', value: 'False' }] };
  expect(normalisePatch(userType, body, profiles.strict)).toEqual(body);
});
