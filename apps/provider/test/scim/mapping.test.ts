import type { UserId } from '@sparekey/contracts';
import { changeScimConnection } from '@sparekey/provisioning';
import type { User } from '@sparekey/realms';
import type { JsonObject } from '@sparekey/scim';
import { enterprise, userSchema } from '../../src/testing/directory.ts';
import { useServedRealm } from './served-realm.ts';

const here = useServedRealm();

const connect = (mapping: object, profile = 'strict', more: object = {}) =>
  here.connect({ profile, settings: { mapping, ...more } });

async function account(id: string): Promise<User> {
  const user = await here.storage.stores.users.byId(here.realm.id, id as UserId);
  if (user === undefined) throw new Error(`no account ${id}`);
  return user;
}

/** The account is changed by another door. */
async function change(id: string, to: Partial<User>): Promise<void> {
  await here.storage.stores.users.update({ ...(await account(id)), ...to });
}

const department = `get(get(scim, "${enterprise}"), "department")`;
const names = [
  { target: 'firstName', value: 'scim.name.givenName' },
  { target: 'lastName', value: 'scim.name.familyName' },
];
const entra = {
  toAccount: [
    { target: 'username', value: 'lower(before(scim.userName, "@"))' },
    { target: 'email', value: 'typed(scim.emails, "work")' },
    ...names,
    { target: 'attributes.department', value: department },
    { target: 'attributes.employeeNumber', value: 'scim.externalId' },
    { target: 'locale', value: 'scim.preferredLanguage' },
  ],
};
const okta = {
  toAccount: [
    { target: 'username', value: 'scim.userName' },
    { target: 'email', value: 'main(scim.emails)' },
    ...names,
    { target: 'attributes.nickname', value: 'scim.nickName' },
    { target: 'locale', value: 'replace(scim.locale, "_", "-")' },
  ],
  toResource: [
    { target: 'userName', value: 'user.username' },
    { target: 'name.givenName', value: 'user.firstName' },
    { target: 'name.familyName', value: 'user.lastName' },
    { target: 'nickName', value: 'user.attributes.nickname' },
    { target: 'displayName', value: 'join(" ", user.firstName, user.lastName)' },
    { target: 'locale', value: 'replace(user.locale, "-", "_")' },
  ],
};

test('as Entra ID writes: the account is what the mapping makes of the resource, and the resource stays as it was written', async () => {
  const directory = await connect(entra, 'entra');
  const made = await directory.person('Ada.L@Corp.example', {
    externalId: 'e-17',
    name: { givenName: 'Ada', familyName: 'Lovelace' },
    emails: [{ value: 'ada@corp.example', type: 'work', primary: true }],
    preferredLanguage: 'it-CH',
    [enterprise]: { department: 'Analysis' },
  });
  expect(await account(made.id)).toMatchObject({
    username: 'ada.l',
    email: 'ada@corp.example',
    firstName: 'Ada',
    locale: 'it-CH',
    attributes: { department: ['Analysis'], employeeNumber: ['e-17'] },
  });
  expect([made.userName, made[enterprise], made.meta.version]).toEqual([
    'Ada.L@Corp.example',
    { department: 'Analysis' },
    'W/"1"',
  ]);
  const moved = await directory.patch(`/Users/${made.id}`, [
    { op: 'Replace', path: `${enterprise}:department`, value: 'Engines' },
    { op: 'Remove', path: 'preferredLanguage' },
  ]);
  expect([moved.status, moved.body.meta.version]).toEqual([200, 'W/"2"']);
  const after = await account(made.id);
  expect([after.attributes.department, after.locale]).toEqual([['Engines'], undefined]);
  const found = await directory.get('/Users?filter=userName eq "ADA.L@corp.example"');
  expect(found.body.Resources.map(({ id }: { id: string }) => id)).toEqual([made.id]);
});

test('what is only renamed goes back by itself: searched, sorted and versioned, whatever door changed it', async () => {
  const directory = await connect(entra);
  const [a, b] = [await directory.person('back.a@x.example'), await directory.person('back.b@x.example')];
  await change(a.id, { firstName: 'Zoë', attributes: { department: ['Night'], other: ['kept'] } });
  await change(b.id, { firstName: 'Anna' });
  const told = (await directory.get(`/Users/${a.id}`)).body;
  expect([told.name, told[enterprise], told.userName, told.meta.version]).toEqual([
    { givenName: 'Zoë' },
    { department: 'Night' },
    'back.a@x.example',
    'W/"2"',
  ]);
  const found = await directory.get(`/Users?filter=${enterprise}:department eq "NIGHT" and name.givenName sw "zo"`);
  expect(found.body.Resources.map(({ id }: { id: string }) => id)).toEqual([a.id]);
  const sorted = await directory.get('/Users?filter=userName sw "back."&sortBy=name.givenName');
  expect(sorted.body.Resources.map(({ id }: { id: string }) => id)).toEqual([b.id, a.id]);
  expect((await directory.put(`/Users/${a.id}`, told)).body).toEqual(told);
  expect((await account(a.id)).attributes).toEqual({ department: ['Night'], other: ['kept'] });
  await change(a.id, { attributes: {} });
  expect((await directory.get(`/Users/${a.id}`)).body[enterprise]).toBeUndefined();
});

test('as Okta writes: what is computed is told anew at each reading, is a version when the account changes, and cannot be searched', async () => {
  const directory = await connect(okta, 'okta');
  const made = await directory.person('grace@corp.example', {
    name: { givenName: 'Grace', familyName: 'Hopper' },
    nickName: 'Amazing',
    locale: 'en_US',
  });
  expect([made.displayName, made.locale, made.meta.version]).toEqual(['Grace Hopper', 'en_US', 'W/"1"']);
  expect(await account(made.id)).toMatchObject({ locale: 'en-US', attributes: { nickname: ['Amazing'] } });
  await change(made.id, { locale: 'it', lastName: 'Murray' });
  const told = (await directory.get(`/Users/${made.id}`)).body;
  expect([told.displayName, told.locale, told.meta.version]).toEqual(['Grace Murray', 'it', 'W/"2"']);
  expect((await directory.get('/Users?filter=userName eq "grace@corp.example"')).body.Resources).toEqual([told]);
  for (const [query, scimType] of [
    ['filter=displayName eq "Grace Murray"', 'invalidFilter'],
    ['filter=title pr or not (locale eq "it")', 'invalidFilter'],
    ['sortBy=displayName', 'invalidPath'],
  ]) {
    const { status, body } = await directory.get(`/Users?${query}`);
    expect([query, status, body.scimType]).toEqual([query, 400, scimType]);
  }
  expect((await directory.get('/Users?filter=nickName eq "amazing"')).body.totalResults).toBe(1);
  expect((await directory.put(`/Users/${made.id}`, told)).body).toEqual(told);
});

test('a change of the mapping is carried out for everyone, and the next request goes by it', async () => {
  const directory = await connect({ toAccount: entra.toAccount.slice(0, 4) });
  const made = await directory.person('later@x.example');
  await change(made.id, { attributes: { team: ['Blue'] } });
  expect((await directory.get(`/Users/${made.id}`)).body.title).toBeUndefined();
  const { stores } = here.storage;
  const before = await stores.scimConnections.byId(here.realm.id, directory.connection.id);
  if (before === undefined) throw new Error('gone');
  const toAccount = [...entra.toAccount.slice(0, 4), { target: 'attributes.team', value: 'scim.title' }];
  await here.storage.transaction((within) =>
    changeScimConnection(
      within,
      before,
      { settings: { ...before.settings, mapping: { toAccount } } },
      { kind: 'operator', name: 'olga' },
    ),
  );
  expect((await directory.get('/Users?filter=title eq "blue"')).body.Resources).toMatchObject([
    { id: made.id, title: 'Blue' },
  ]);
  await directory.patch(`/Users/${made.id}`, [{ op: 'replace', path: 'title', value: 'Red' }]);
  expect((await account(made.id)).attributes).toEqual({ team: ['Red'] });
});

test('somebody whom no directory wrote is read by the mapping too', async () => {
  const directory = await connect(okta, 'strict', { visibility: 'realm' });
  const { id } = await here.storage.stores.users.create({
    realmId: here.realm.id,
    username: 'by-hand',
    firstName: 'Hand',
    emailVerified: false,
    phoneNumberVerified: false,
    enabled: true,
    attributes: { nickname: ['Handy'] },
    requiredActions: [],
  });
  const found = await directory.get('/Users?filter=nickName eq "handy"');
  expect(found.body.Resources).toMatchObject([{ id, userName: 'by-hand', nickName: 'Handy', displayName: 'Hand' }]);
});

test('what the mapping makes of a resource is held to the rules of accounts', async () => {
  const directory = await connect({
    toAccount: [
      { target: 'username', value: 'scim.nickName' },
      { target: 'locale', value: 'scim.title' },
    ],
  });
  for (const more of [{}, { nickName: ' ' }, { nickName: 'n', title: 'not a language' }]) {
    const { status, body } = await directory.post('/Users', {
      schemas: [userSchema],
      userName: 'rules',
      ...more,
    } as JsonObject);
    expect([status, body.scimType]).toEqual([400, 'invalidValue']);
  }
});
