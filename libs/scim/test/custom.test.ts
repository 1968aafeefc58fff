import {
  applyPatch,
  bindFilter,
  customRegistry,
  evaluate,
  type JsonObject,
  parseFilter,
  project,
  type ResourceType,
  readResource,
  replaceResource,
  resourceTypeDocuments,
  schemaDocuments,
  searchable,
  selection,
} from '../src/index.ts';
import { thrown } from './world.ts';

const badge = 'urn:example:scim:schemas:2.0:Badge';
const access = 'urn:example:scim:schemas:2.0:Access';
const definition = {
  schemas: [
    {
      id: badge,
      name: 'Badge',
      attributes: [
        { name: 'number', required: true, uniqueness: 'server', caseExact: true },
        { name: 'issued', type: 'dateTime', mutability: 'immutable' },
        { name: 'level', type: 'integer' },
        { name: 'weight', type: 'decimal' },
        { name: 'pin', mutability: 'writeOnly', returned: 'never' },
        { name: 'note', returned: 'request' },
        { name: 'printed', type: 'boolean', mutability: 'readOnly' },
        { name: 'holder', type: 'reference', referenceTypes: ['User'] },
        { name: 'photo', type: 'binary' },
        {
          name: 'doors',
          type: 'complex',
          multiValued: true,
          subAttributes: [{ name: 'value' }, { name: 'floor', type: 'integer', required: true }],
        },
      ],
    },
    {
      id: access,
      name: 'Access',
      attributes: [{ name: 'clearance', canonicalValues: ['low', 'high'], required: true }],
    },
  ],
  resourceTypes: [{ name: 'Badge', endpoint: '/Badges', schema: badge }],
  extensions: [
    { type: 'User', schema: access, required: true },
    { type: 'Badge', schema: access },
  ],
};

function registryOf(custom: unknown) {
  const made = customRegistry(custom);
  if ('problems' in made) throw new Error(JSON.stringify(made.problems));
  return made.registry;
}

const registry = registryOf(definition);
const typeOf = (name: string) => registry.byName(name) as ResourceType;
const Badge = typeOf('Badge');

const body = {
  schemas: [badge],
  number: 'A1',
  issued: '2026-01-01T00:00:00Z',
  level: 3,
  weight: 1.5,
  pin: '1234',
  note: 'n',
  holder: 'https://x/Users/1',
  photo: 'AAAA',
  doors: [{ value: 'north', floor: 2 }],
};

describe('Every characteristic of RFC 7643 section 2.2 holds for attributes that an administrator defines', () => {
  const resource = { ...readResource(Badge, body), printed: true } as JsonObject;

  test.each<[string, object, string]>([
    ['a missing required attribute', { number: undefined }, 'invalidValue'],
    ['a missing required part', { doors: [{ value: 'x' }] }, 'invalidValue'],
    ['a fraction for an integer', { level: 1.5 }, 'invalidValue'],
    ['text for a decimal', { weight: '1' }, 'invalidValue'],
    ['a day for a moment', { issued: '2026-01-01' }, 'invalidValue'],
    ['no base64', { photo: 'A' }, 'invalidValue'],
    ['an immutable value changed', { issued: '2027-01-01T00:00:00Z' }, 'mutability'],
  ])('%s is refused', (_title, change, scimType) => {
    const changed = JSON.parse(JSON.stringify({ ...body, ...change })) as JsonObject;
    expect(thrown(() => replaceResource(Badge, resource, readResource(Badge, changed)))).toMatchObject({ scimType });
  });

  test('immutable may be set once, by PATCH as by PUT', () => {
    const patch = (value: string, from: JsonObject) => applyPatch(Badge, from, [{ op: 'add', path: 'issued', value }]);
    const { issued: _issued, ...blank } = resource;
    expect(patch('2026-02-01T00:00:00Z', blank)).toMatchObject({ issued: '2026-02-01T00:00:00Z' });
    expect(thrown(() => patch('2026-02-01T00:00:00Z', resource))).toMatchObject({ scimType: 'mutability' });
    expect(thrown(() => applyPatch(Badge, resource, [{ op: 'remove', path: 'issued' }]))).toMatchObject({
      scimType: 'mutability',
    });
    expect(thrown(() => applyPatch(Badge, resource, [{ op: 'replace', path: 'printed', value: false }]))).toMatchObject(
      { scimType: 'mutability' },
    );
  });

  test('never is never told, request only when asked, default otherwise', () => {
    expect(project(Badge, resource)).not.toHaveProperty('note');
    expect(project(Badge, resource)).not.toHaveProperty('pin');
    expect(project(Badge, resource, selection(Badge, { attributes: 'note,pin' }))).toEqual({ note: 'n' });
  });

  test.each<[string, boolean]>([
    ['number eq "A1"', true],
    ['number eq "a1"', false],
    ['level gt 2 and level le 3', true],
    ['weight lt 1.5', false],
    ['weight ge 1.5', true],
    ['printed eq true', true],
    ['doors[floor ge 2 and value sw "NO"]', true],
    [`${badge}:level eq 3`, true],
    ['holder co "Users"', true],
  ])('filters compare by type: %s', (filter, expected) => {
    expect(evaluate(bindFilter(Badge, parseFilter(filter)), searchable(Badge, resource))).toBe(expected);
  });

  test('a required extension is required', () => {
    const user = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'a' };
    expect(thrown(() => replaceResource(typeOf('User'), {}, readResource(typeOf('User'), user)))).toMatchObject({
      scimType: 'invalidValue',
    });
    const whole = { ...user, [access]: { clearance: 'low' } };
    expect(replaceResource(typeOf('User'), {}, readResource(typeOf('User'), whole))).toMatchObject({
      [access]: { clearance: 'low' },
    });
  });

  test('discovery tells of all of it', () => {
    const documents = JSON.stringify([
      schemaDocuments(registry, 'https://x'),
      resourceTypeDocuments(registry, 'https://x'),
    ]);
    for (const part of [
      badge,
      access,
      '"/Badges"',
      '"schemaExtensions":[{"schema":"urn:example:scim:schemas:2.0:Access","required":false}]',
    ]) {
      expect(documents).toContain(part);
    }
  });
});

describe('A definition that is not sound is refused with every problem at its place', () => {
  const attributes = (one: object) => ({ schemas: [{ id: badge, name: 'B', attributes: [{ name: 'a' }, one] }] });
  test.each<[string, object, string]>([
    ['a name with a space', attributes({ name: 'a b' }), 'begins with a letter'],
    ['__proto__', attributes({ name: '__proto__' }), 'begins with a letter'],
    ['constructor', attributes({ name: 'constructor' }), 'reserved'],
    ['a name that every resource has', attributes({ name: 'ID' }), 'in every resource'],
    ['a name twice', attributes({ name: 'A' }), 'twice'],
    ['complex without parts', attributes({ name: 'b', type: 'complex' }), 'subAttributes'],
    ['parts of text', attributes({ name: 'b', subAttributes: [{ name: 'c' }] }), 'subAttributes'],
    [
      'complex within complex',
      attributes({ name: 'b', type: 'complex', subAttributes: [{ name: 'c', type: 'complex' }] }),
      'type',
    ],
    ['readOnly and required', attributes({ name: 'b', mutability: 'readOnly', required: true }), 'nobody could give'],
    ['writeOnly and returned', attributes({ name: 'b', mutability: 'writeOnly' }), 'returned never'],
    ['unique and many', attributes({ name: 'b', multiValued: true, uniqueness: 'server' }), 'single value'],
    ['an unknown characteristic', attributes({ name: 'b', secret: true }), 'secret'],
    [
      'the schema of the standard',
      { schemas: [{ id: 'urn:ietf:params:scim:schemas:core:2.0:User', name: 'U', attributes: [{ name: 'a' }] }] },
      'belongs to the standard',
    ],
    [
      'a type of an unknown schema',
      { resourceTypes: [{ name: 'B', endpoint: '/Bs', schema: badge }] },
      'is not defined',
    ],
    [
      'an endpoint that is taken',
      { ...definition, resourceTypes: [{ name: 'B', endpoint: '/Bulk', schema: badge }] },
      'is taken',
    ],
    [
      'a type that is there',
      { ...definition, resourceTypes: [{ name: 'User', endpoint: '/X', schema: badge }] },
      'there twice',
    ],
    ['an extension of nothing', { ...definition, extensions: [{ type: 'Nobody', schema: access }] }, 'no type Nobody'],
  ])('%s', (_title, custom, message) => {
    const made = customRegistry(custom);
    expect('problems' in made ? JSON.stringify(made.problems) : 'sound').toContain(message);
  });
});
