import { customRegistry } from '@sparekey/scim';
import { readScimSettings } from '../../connection/settings.ts';
import { compileServerMapping, toldOf } from './compile.ts';

const username = { target: 'username', value: 'scim.userName' };
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const problemsOf = (mapping: object, more: object = {}) => readScimSettings('server', { mapping, ...more }).problems;

test.each([
  'roles',
  'groups',
  'organization',
  'organizations',
  'credentials',
  'password',
  'totp',
  'factors',
  'id',
  'realmId',
  'enabled',
  'emailVerified',
  'phoneNumber',
  'phoneNumberVerified',
  'requiredActions',
  'serviceAccountClientId',
  'attributes',
  'attributes.__proto__',
  'attributes.constructor',
  '__proto__',
  'username ',
])('nothing is mapped onto %s of an account', (target) => {
  expect(problemsOf({ toAccount: [username, { target, value: 'scim.title' }] })).toEqual([
    { path: 'mapping.toAccount.1.target', why: 'is nothing of an account that a directory may decide' },
  ]);
});

test.each([
  'id',
  'meta.version',
  'groups',
  'members',
  'schemas',
  'active',
  'password',
  'externalId',
  'name',
  'emails',
  'emails.value',
  'unknown',
  'urn:x:y:z',
])('a directory is told nothing at %s', (target) => {
  expect(problemsOf({ toAccount: [username], toResource: [{ target, value: 'user.email' }] })).toEqual([
    { path: 'mapping.toResource.0.target', why: 'is no attribute of a person that may be told' },
  ]);
});

test('what is wrong is told all at once, each with its place and the character', () => {
  expect(
    problemsOf({
      toAccount: [
        { target: 'email', value: 'main(scim.emails' },
        { target: 'email', value: 'scim.password' },
        { target: 'lastName', value: 'lower(scim.name.surname)' },
      ],
      toResource: [{ target: 'title', value: '"x" + user.phoneNumber' }],
    }),
  ).toEqual([
    { path: 'mapping.toAccount.1.target', why: 'email stands in the mapping already' },
    { path: 'mapping.toAccount.0.value', why: expect.stringMatching(/^at character 17: /) },
    { path: 'mapping.toAccount.1.value', why: expect.stringMatching(/^at character 1: /) },
    { path: 'mapping.toAccount.2.value', why: expect.stringMatching(/^at character 7: /) },
    { path: 'mapping.toAccount', why: expect.stringMatching(/username/) },
    { path: 'mapping.toResource.0.value', why: expect.stringMatching(/^at character 7: /) },
  ]);
});

test('what is only renamed has a way back; what is computed, cut or of many values has none', () => {
  const told = toldOf({
    types: {},
    mapping: {
      toAccount: [
        { target: 'username', value: 'lower(scim.userName)' },
        { target: 'email', value: 'main(scim.emails)' },
        { target: 'firstName', value: 'scim.name.givenName' },
        { target: 'attributes.phones', value: 'scim.phoneNumbers' },
        { target: 'attributes.key', value: 'scim.externalId' },
        { target: 'attributes.department', value: `get(get(scim, "${enterprise.toUpperCase()}"), "Department")` },
        { target: 'attributes.page', value: 'scim.profileUrl' },
      ],
    },
  });
  expect(told?.reflected).toEqual([
    { field: 'email', main: true },
    { field: 'firstName', path: ['name', 'givenName'], exact: false },
    { attribute: 'page', path: ['profileUrl'], exact: true },
  ]);
  expect(told?.computed).toEqual([]);
});

test('extensions of the connection itself are known to its mapping', () => {
  const types = {
    schemas: [{ id: 'urn:example:Badge', name: 'Badge', attributes: [{ name: 'number', type: 'integer' }] }],
    extensions: [{ type: 'User', schema: 'urn:example:Badge' }],
  };
  const mapping = {
    toAccount: [username],
    toResource: [{ target: 'urn:example:Badge:number', value: 'user.attributes.badge' }],
  };
  expect(problemsOf(mapping)).toHaveLength(1);
  expect(problemsOf(mapping, { types })).toEqual([]);
  const made = customRegistry(types);
  if ('problems' in made) throw new Error('types');
  const { told } = compileServerMapping(mapping, made.registry.byName('User'));
  const account = { username: 'u', firstName: null, lastName: null, email: null, locale: null };
  const resource = { userName: 'u', 'urn:example:Badge': { number: 1 } };
  expect(told.overlay(resource, { ...account, attributes: { badge: ['12'] } })).toEqual({
    userName: 'u',
    'urn:example:Badge': { number: 12 },
  });
  expect(told.overlay(resource, { ...account, attributes: { badge: ['twelve'] } })).toEqual({ userName: 'u' });
  expect(resource).toEqual({ userName: 'u', 'urn:example:Badge': { number: 1 } });
});
