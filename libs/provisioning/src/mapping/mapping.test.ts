import { traitsOf } from '../plan/traits.ts';
import { desiredResource, referencesOf } from './desired.ts';
import { checkMapping, type MappingRule, mappingSchema } from './mapping.ts';

const ada = {
  user: {
    id: '0199',
    username: 'ada',
    email: 'ada@acme.example',
    firstName: 'Ada',
    lastName: 'L',
    enabled: true,
    phoneNumber: null,
    locale: 'en',
    attributes: { department: ['R&D'], manager: ['bob'] },
  },
};
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const { rules } = checkMapping('user', mappingSchema.parse({}).user);

test('the mapping that nobody changed makes an RFC 7643 user, and leaves out what is absent', () => {
  expect(referencesOf(rules, ada)).toEqual(['bob']);
  const { always, matches, waitsFor } = desiredResource(rules, ada, () => 'remote-bob', traitsOf('strict'));
  expect(always).toEqual({
    externalId: '0199',
    userName: 'ada',
    active: true,
    displayName: 'Ada L',
    name: { givenName: 'Ada', familyName: 'L' },
    emails: [{ type: 'work', value: 'ada@acme.example', primary: true }],
    locale: 'en',
    [enterprise]: { department: 'R&D', manager: { value: 'remote-bob' } },
  });
  expect(matches).toEqual([
    { attribute: 'externalId', value: '0199' },
    { attribute: 'userName', value: 'ada' },
  ]);
  expect(waitsFor).toEqual([]);
});

test('somebody who is referred to before they are there is waited for, and left out until then', () => {
  const { always, waitsFor } = desiredResource(rules, ada, () => undefined, traitsOf('strict'));
  expect(always[enterprise]).toEqual({ department: 'R&D' });
  expect(waitsFor).toEqual(['bob']);
});

const rule = (target: string, value: string, more: Partial<MappingRule> = {}): MappingRule => ({
  target,
  value,
  when: 'always',
  reference: false,
  ...more,
});

test('what is said only at creation is not kept in step; AWS takes one value of each attribute (T1)', () => {
  const checked = checkMapping('user', [
    rule('userName', 'user.username', { match: 1 }),
    rule('title', '"new"', { when: 'create' }),
    rule('emails[type eq "work"].value', 'user.email'),
    rule('emails[type eq "home"].value', '"h@x"'),
  ]);
  expect(checked.problems).toEqual([]);
  const { always, create } = desiredResource(checked.rules, ada, () => undefined, traitsOf('aws'));
  expect(always).toEqual({ userName: 'ada', emails: [{ type: 'work', value: 'ada@acme.example' }] });
  expect(create).toEqual({ ...always, title: 'new' });
});

test('every fault of a mapping is told when it is saved, by rule and by character', () => {
  const { problems } = checkMapping('user', [
    rule('id', 'user.id'),
    rule('__proto__.polluted', 'true'),
    rule('name.givenName', 'user.firstName + group.name'),
    rule('name.givenName', 'user.lastName'),
    rule('emails[type eq "work"].value', 'user.email', { match: 1 }),
  ]);
  expect(problems).toEqual([
    { rule: 0, part: 'target', why: 'is no path of an attribute that may be set' },
    { rule: 1, part: 'target', why: 'is no path of an attribute that may be set' },
    { rule: 2, part: 'value', why: 'at character 18: there is no group.name' },
    { rule: 4, part: 'target', why: 'only an attribute with one value can be matched by' },
    { rule: 3, part: 'target', why: 'name.givenName stands in the mapping already' },
  ]);
  expect(checkMapping('group', [rule('displayName', 'group.name')]).problems).toEqual([
    { rule: 1, part: 'target', why: 'no rule has `match`: nothing could be found again' },
  ]);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});
