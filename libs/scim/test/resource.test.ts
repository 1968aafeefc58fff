import fc from 'fast-check';
import {
  compareBy,
  groupType,
  type Json,
  type JsonObject,
  namesTag,
  normaliseResource,
  profiles,
  project,
  readResource,
  replaceResource,
  schemasOf,
  searchable,
  selection,
  sortKey,
  userType,
  wants,
  weakTag,
} from '../src/index.ts';
import { enterprise, people, thrown } from './world.ts';

const core = 'urn:ietf:params:scim:schemas:core:2.0:User';
const sent = (rest: Record<string, Json>): Json => ({ schemas: [core], userName: 'ada', ...rest });

describe('What a client sends is read through the schema (RFC 7643 sections 2 and 3)', () => {
  test.each<[string, Record<string, Json>, JsonObject]>([
    [
      'names in any case get the spelling of the schema',
      { DISPLAYNAME: 'A', NAME: { GIVENNAME: 'B' } },
      { displayName: 'A', name: { givenName: 'B' } },
    ],
    [
      'null, an empty array and an empty object are no value',
      { title: null, emails: [], roles: [null], name: { givenName: null } },
      {},
    ],
    ['what is readOnly is ignored', { id: 'x', meta: { resourceType: 'User' }, groups: [{ value: 'g' }] }, {}],
    ['equal elements are one', { emails: [{ value: 'a' }, { value: 'a' }] }, { emails: [{ value: 'a' }] }],
    [
      'an extension stands under its URN, spelled as in the schema',
      { [enterprise.toUpperCase()]: { department: 'D' } },
      { [enterprise]: { department: 'D' } },
    ],
    [
      'the schemas that a client writes inside an extension are passed over',
      { [enterprise]: { schemas: [enterprise], department: 'D' } },
      { [enterprise]: { department: 'D' } },
    ],
    [
      'values stay exactly as sent',
      { phoneNumbers: [{ value: ' +1 (555) 0100 ' }] },
      { phoneNumbers: [{ value: ' +1 (555) 0100 ' }] },
    ],
  ])('%s', (_title, rest, expected) => {
    expect(readResource(userType, sent(rest))).toEqual({ userName: 'ada', ...expected });
  });

  test.each<[string, Json, string]>([
    ['no object', [], 'invalidSyntax'],
    ['no schemas', { userName: 'ada' }, 'invalidSyntax'],
    ['a schema of something else', { schemas: [groupType.schema.id], userName: 'ada' }, 'invalidSyntax'],
    ['the extension alone', { schemas: [enterprise], userName: 'ada' }, 'invalidSyntax'],
    ['an attribute that is none', sent({ isAdmin: true }), 'invalidSyntax'],
    ['one attribute in two spellings', sent({ title: 'a', TITLE: 'b' }), 'invalidSyntax'],
    ['__proto__', JSON.parse(`{"schemas":["${core}"],"userName":"ada","__proto__":{"x":1}}`) as Json, 'invalidSyntax'],
    ['text for a boolean', sent({ active: 'true' }), 'invalidValue'],
    ['a number for text', sent({ title: 1 }), 'invalidValue'],
    ['one element for many', sent({ emails: { value: 'a' } }), 'invalidValue'],
    ['text for an object', sent({ name: 'Ada' }), 'invalidValue'],
    ['no base64', sent({ x509Certificates: [{ value: '***' }] }), 'invalidValue'],
    [
      'two primaries',
      sent({
        emails: [
          { value: 'a', primary: true },
          { value: 'b', primary: true },
        ],
      }),
      'invalidValue',
    ],
    ['a null character', sent({ title: 'a\u0000b' }), 'invalidValue'],
    ['text for an extension', sent({ [enterprise]: 'x' }), 'invalidValue'],
  ])('refused: %s', (_title, body, scimType) => {
    expect(thrown(() => readResource(userType, body))).toMatchObject({ status: 400, scimType });
  });

  test('a tolerant profile leaves out what the type does not have, and takes what is meant', () => {
    const body = {
      schemas: [core, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/User'],
      userName: 'ada',
      active: 'True',
      isAdmin: true,
      emails: { value: 'a', primary: 'True', nothing: 1 },
      [enterprise]: { manager: '26118915' },
    };
    expect(readResource(userType, normaliseResource(userType, body, profiles.generic))).toEqual({
      userName: 'ada',
      active: true,
      emails: [{ value: 'a', primary: true }],
      [enterprise]: { manager: { value: '26118915' } },
    });
  });
});

describe('PUT (RFC 7644 section 3.5.1)', () => {
  const current = {
    id: '1',
    userName: 'ada',
    title: 'Dr',
    password: 'p',
    groups: [{ value: 'g' }],
    [enterprise]: { department: 'D' },
  };

  test('clears what is left out, and keeps what a client cannot read or write', () => {
    expect(replaceResource(userType, current, { userName: 'ada' })).toEqual({
      id: '1',
      userName: 'ada',
      password: 'p',
      groups: [{ value: 'g' }],
    });
  });

  test('without a required attribute it is refused', () => {
    expect(thrown(() => replaceResource(userType, current, { title: 'x' }))).toMatchObject({
      scimType: 'invalidValue',
    });
  });
});

describe('An answer carries what was asked for (RFC 7644 section 3.9)', () => {
  const person: JsonObject = {
    schemas: [core, enterprise],
    id: '1',
    userName: 'ada',
    password: 'never',
    name: { givenName: 'Ada', familyName: 'L' },
    emails: [{ value: 'a', type: 'work' }],
    [enterprise]: { department: 'D', costCenter: '7' },
  };
  test.each<[{ attributes?: string; excludedAttributes?: string }, JsonObject]>([
    [
      {},
      {
        schemas: person.schemas,
        id: '1',
        userName: 'ada',
        name: person.name,
        emails: person.emails,
        [enterprise]: person[enterprise],
      } as JsonObject,
    ],
    [
      { attributes: '' },
      {
        schemas: person.schemas,
        id: '1',
        userName: 'ada',
        name: person.name,
        emails: person.emails,
        [enterprise]: person[enterprise],
      } as JsonObject,
    ],
    [{ attributes: 'userName' }, { schemas: person.schemas, id: '1', userName: 'ada' } as JsonObject],
    [
      { attributes: 'USERNAME, name.givenName' },
      { schemas: person.schemas, id: '1', userName: 'ada', name: { givenName: 'Ada' } } as JsonObject,
    ],
    [{ attributes: 'emails.value' }, { schemas: person.schemas, id: '1', emails: [{ value: 'a' }] } as JsonObject],
    [
      { attributes: `${enterprise}:department` },
      { schemas: person.schemas, id: '1', [enterprise]: { department: 'D' } } as JsonObject,
    ],
    [{ attributes: enterprise }, { schemas: person.schemas, id: '1', [enterprise]: person[enterprise] } as JsonObject],
    [{ attributes: 'password' }, { schemas: person.schemas, id: '1' } as JsonObject],
    [
      { excludedAttributes: 'id,emails,name.givenName' },
      {
        schemas: person.schemas,
        id: '1',
        userName: 'ada',
        name: { familyName: 'L' },
        [enterprise]: person[enterprise],
      } as JsonObject,
    ],
    [{ attributes: 'nothing' }, { schemas: person.schemas, id: '1' } as JsonObject],
  ])('%j', (asked, expected) => {
    expect(project(userType, person, selection(userType, asked))).toEqual(expected);
  });

  test('both at once are refused', () => {
    expect(thrown(() => selection(userType, { attributes: 'a', excludedAttributes: 'b' }))).toMatchObject({
      status: 400,
    });
  });

  test('members are wanted unless they are excluded or others are named', () => {
    const wanted = (asked: { attributes?: string; excludedAttributes?: string }) =>
      wants(groupType, selection(groupType, asked), 'members');
    expect([
      wanted({}),
      wanted({ attributes: 'members.value' }),
      wanted({ excludedAttributes: 'members' }),
      wanted({ attributes: 'id' }),
    ]).toEqual([true, true, false, false]);
  });

  test('what is never returned is never in an answer, nor in what filters see, whatever is asked', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('password', 'userName', 'PASSWORD', core, `${core}:password`)), (names) => {
        expect(
          JSON.stringify(project(userType, person, selection(userType, { attributes: names.join(',') }))),
        ).not.toContain('never');
        expect(JSON.stringify(searchable(userType, person))).not.toContain('never');
      }),
    );
  });
});

describe('Entity tags (RFC 9110 section 8.8.3)', () => {
  test.each<[string, boolean]>([
    ['W/"7"', true],
    ['"7"', true],
    ['*', true],
    ['W/"6", W/"7"', true],
    ['W/"77"', false],
    ['7', false],
    ['', false],
    ['"a"7"', false],
  ])('%j names W/"7": %s', (header, expected) => {
    expect(namesTag(header, weakTag(7))).toBe(expected);
  });
});

describe('Sorting (RFC 7644 section 3.4.2.3)', () => {
  const sorted = (by: string, order: string | undefined, list: JsonObject[]) => {
    const key = sortKey(userType, by, order);
    return [...list].sort((a, b) => compareBy(key, searchable(userType, a), searchable(userType, b)));
  };
  const a = { userName: 'a', emails: [{ value: 'z' }, { value: 'b', primary: true }] };
  const b = { userName: 'B', emails: [{ value: 'A' }] };
  const none = { userName: 'c' };

  test('goes by the primary or else the first value; without a value last, in descending order first', () => {
    expect(sorted('emails', undefined, [none, a, b])).toEqual([b, a, none]);
    expect(sorted('emails.value', 'descending', [b, a, none])).toEqual([none, a, b]);
  });

  test('does not mind case where the schema does not', () => {
    expect(sorted('userName', 'ascending', [b, none, a])).toEqual([a, b, none]);
  });

  test.each(['nothing', 'name', 'password', ''])('by %j is refused', (by) => {
    expect(thrown(() => sortKey(userType, by))).toMatchObject({ scimType: 'invalidPath' });
  });

  test('is an order: the same however the list came in', () => {
    fc.assert(
      fc.property(
        fc.array(people, { maxLength: 6 }),
        fc.constantFrom('userName', 'emails', 'meta.lastModified', 'active'),
        (list, by) => {
          const key = sortKey(userType, by);
          const once = sorted(by, undefined, list);
          const again = sorted(by, undefined, [...list].reverse());
          once.forEach((item, at) => {
            expect(compareBy(key, searchable(userType, item), searchable(userType, again[at] ?? {}))).toBeCloseTo(0);
          });
        },
      ),
      { numRuns: 300 },
    );
  });
});

test('a resource names the schemas that it has values of', () => {
  expect(schemasOf(userType, { userName: 'a' })).toEqual([core]);
  expect(schemasOf(userType, { userName: 'a', [enterprise]: { department: 'D' } })).toEqual([core, enterprise]);
});
