import type { GroupId, RoleId } from '@sparekey/contracts';
import type { Realm } from '@sparekey/realms';
import { addRealm, addUser, clientFields, openTestStorage, type TestStorage } from '../../test/fixtures.ts';

let test_: TestStorage;
let realm: Realm;

beforeAll(async () => {
  test_ = await openTestStorage();
  realm = await addRealm(test_.storage);
});
afterAll(() => test_.close());

const users = () => test_.storage.stores.users;

test('every spelling of a username or an e-mail address leads to one account', async () => {
  const alice = await addUser(test_.storage, realm.id, { username: 'Alice', email: 'Alice@Example.org' });
  for (const login of ['alice', ' ALICE ', 'ａlice', 'ALICE@EXAMPLE.ORG', ' alice@example.org'])
    expect(await users().byLogin(realm.id, login)).toEqual(alice);
  expect(alice.username).toBe('Alice');
});

test('what nobody can be called finds nobody', async () => {
  for (const login of ['', ' ', 'alice\0', '\ud800', "' or 1=1 --", 'a'.repeat(10_000)])
    expect(await users().byLogin(realm.id, login)).toBeUndefined();
  expect(await users().byId(realm.id, 'not-a-uuid' as never)).toBeUndefined();
  expect(await users().claims(realm.id, '{}' as never)).toBeUndefined();
});

test('the e-mail address of another person is refused as a username, and the reverse', async () => {
  await addUser(test_.storage, realm.id, { username: 'bob', email: 'bob@example.org' });
  const conflict = { code: 'conflict' };
  await expect(addUser(test_.storage, realm.id, { username: 'BOB@example.org' })).rejects.toMatchObject(conflict);
  await expect(addUser(test_.storage, realm.id, { email: 'Bob' })).rejects.toMatchObject(conflict);
  await expect(addUser(test_.storage, realm.id, { username: 'Bob' })).rejects.toMatchObject(conflict);
  await expect(addUser(test_.storage, realm.id, { email: 'BOB@EXAMPLE.ORG' })).rejects.toMatchObject(conflict);
});

test('one person may have the e-mail address as username, and one name may live in two realms', async () => {
  const mail = { username: 'carol@example.org', email: 'carol@example.org' };
  const carol = await addUser(test_.storage, realm.id, mail);
  const elsewhere = await addUser(test_.storage, (await addRealm(test_.storage)).id, mail);
  expect((await users().byLogin(realm.id, mail.email))?.id).toBe(carol.id);
  expect(elsewhere.id).not.toBe(carol.id);
});

test('a given-up name is free again, a changed one leads to the same account, a removed person leaves no login', async () => {
  const dave = await addUser(test_.storage, realm.id, { username: 'dave', email: 'dave@example.org' });
  await users().update({ ...dave, username: 'david', email: 'dave' });
  expect((await users().byLogin(realm.id, 'DAVID'))?.id).toBe(dave.id);
  expect((await users().byLogin(realm.id, 'dave'))?.id).toBe(dave.id);
  expect(await users().byLogin(realm.id, 'dave@example.org')).toBeUndefined();
  await addUser(test_.storage, realm.id, { username: 'dave@example.org' });
  await users().remove(realm.id, dave.id);
  expect(await users().byLogin(realm.id, 'david')).toBeUndefined();
  await addUser(test_.storage, realm.id, { username: 'david' });
});

test('a user comes back as it was stored', async () => {
  const stored = await addUser(test_.storage, realm.id, {
    username: 'erin',
    email: 'erin@example.org',
    phoneNumber: '+390000000',
    firstName: 'Erin',
    lastName: 'Ötzi',
    locale: 'it',
    attributes: { department: ['R&D', 'ops'] },
    requiredActions: ['verify_email'],
    createdAt: new Date('2020-01-02T03:04:05Z'),
  });
  expect(await users().byId(realm.id, stored.id)).toEqual(stored);
  expect(stored).toMatchObject({ lastName: 'Ötzi', createdAt: new Date('2020-01-02T03:04:05Z') });
  await expect(users().update({ ...stored, id: realm.id as never })).rejects.toMatchObject({ code: 'not_found' });
});

test('pages are in order of username and do not overlap', async () => {
  const { id } = await addRealm(test_.storage);
  for (const username of ['m', 'Z', 'a', 'B', 'y']) await addUser(test_.storage, id, { username });
  const first = await users().list(id, { limit: 3 });
  const second = await users().list(id, { limit: 3, after: first.at(-1)?.username });
  expect([...first, ...second].map((user) => user.username)).toEqual(['a', 'B', 'm', 'y', 'Z']);
});

test('claims expand composite roles, inherit from parent groups and name client roles by client_id', async () => {
  const { stores } = test_.storage;
  const { id: realmId } = await addRealm(test_.storage);
  const client = await stores.clients.create(clientFields(realmId, 'orders'));
  const role = (name: string, composites: RoleId[] = [], clientId?: typeof client.id) =>
    stores.roles.create({ realmId, name, attributes: {}, composites, clientId });
  const read = await role('read', [], client.id);
  const write = await role('write', [read.id], client.id);
  const staff = await role('staff', [write.id]);
  const loop = await role('loop', [staff.id]);
  await stores.roles.compose(realmId, staff.id, [loop.id, loop.id]);
  const inherited = await role('inherited');
  await role('unrelated');
  const group = (name: string, parentId?: GroupId, roles: RoleId[] = []) =>
    stores.groups.create({ realmId, name, parentId, attributes: {}, roles });
  const parent = await group('company', undefined, [inherited.id]);
  const child = await group('a/b', parent.id);
  await group('other', parent.id, [write.id]);
  const user = await addUser(test_.storage, realmId);
  await stores.users.grantRole(realmId, user.id, staff.id);
  await stores.users.grantRole(realmId, user.id, staff.id);
  await stores.users.joinGroup(realmId, user.id, child.id);
  for (const [alias, enabled] of [
    ['acme', true],
    ['closed', false],
  ] as const) {
    const organization = { realmId, name: alias, alias, enabled, domains: [], attributes: {} };
    const { id } = await stores.organizations.create(organization);
    await stores.organizations.join(realmId, id, user.id);
  }
  const acme = (await stores.organizations.list(realmId)).find((one) => one.alias === 'acme');
  expect(await stores.users.claims(realmId, user.id)).toEqual({
    user,
    realmRoles: ['inherited', 'loop', 'staff'],
    clientRoles: { orders: ['read', 'write'] },
    groups: ['/company/a~/b'],
    organizations: { acme: acme?.id },
  });
});

test('a role, group or person of another realm cannot be joined', async () => {
  const { stores } = test_.storage;
  const other = await addRealm(test_.storage);
  const user = await addUser(test_.storage, realm.id);
  const foreign = await stores.roles.create({ realmId: other.id, name: 'admin', attributes: {}, composites: [] });
  const group = await stores.groups.create({ realmId: other.id, name: 'g', attributes: {}, roles: [] });
  const conflict = { code: 'conflict' };
  await expect(stores.users.grantRole(realm.id, user.id, foreign.id)).rejects.toMatchObject(conflict);
  await expect(stores.users.grantRole(other.id, user.id, foreign.id)).rejects.toMatchObject(conflict);
  await expect(stores.users.joinGroup(realm.id, user.id, group.id)).rejects.toMatchObject(conflict);
  await expect(
    stores.groups.create({ realmId: realm.id, name: 'x', parentId: group.id, attributes: {}, roles: [] }),
  ).rejects.toMatchObject(conflict);
});
