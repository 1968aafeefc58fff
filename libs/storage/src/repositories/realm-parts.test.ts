import {
  advanceRotation,
  type BootstrapStores,
  bootstrap,
  ensureSigningKeys,
  publishSigningKey,
  signingAlgs,
} from '@sparekey/realms';
import { race } from '../../../testing/src/index.ts';
import { addRealm, addUser, clientFields, openTestStorage, type TestStorage } from '../../test/fixtures.ts';
import type { Storage } from '../storage.ts';

let test_: TestStorage;
let storage: Storage;

beforeAll(async () => {
  test_ = await openTestStorage();
  storage = test_.storage;
});
afterAll(() => test_.close());

const conflict = { code: 'conflict' };

test('a realm comes back as it was stored; its name is taken once', async () => {
  const realm = await addRealm(storage, 'Acme.1');
  expect(await storage.stores.realms.byName('Acme.1')).toEqual(realm);
  expect(await storage.stores.realms.byId(realm.id)).toEqual(realm);
  expect(await storage.stores.realms.byId('x' as never)).toBeUndefined();
  await expect(addRealm(storage, 'Acme.1')).rejects.toMatchObject(conflict);
  await expect(addRealm(storage, '../etc')).rejects.toMatchObject({ code: 'validation_failed' });
});

test('a client comes back as it was stored, and its secret is nowhere in the row', async () => {
  const { id: realmId } = await addRealm(storage);
  const fields = { ...clientFields(realmId, 'shop'), secret: 'open sesame', baseUrl: 'https://shop.example' };
  const client = await storage.stores.clients.create(fields);
  expect(await storage.stores.clients.byClientId(realmId, 'shop')).toEqual({ ...fields, id: client.id });
  const rows = await storage.database.rows<{ row: string }>({
    name: 'client_row',
    text: 'select to_jsonb(client)::text as row from client where realm_id = $1',
    values: [realmId],
  });
  expect(rows[0]?.row).not.toContain('sesame');
  expect(rows[0]?.row).not.toContain(Buffer.from('open sesame').toString('hex'));
  const changed = { ...client, secret: undefined, publicClient: true, redirectUris: ['https://shop.example/cb'] };
  await storage.stores.clients.update(changed);
  expect((await storage.stores.clients.list(realmId))[0]).toEqual({ ...changed, secret: undefined });
  await expect(storage.stores.clients.create(clientFields(realmId, 'shop'))).rejects.toMatchObject(conflict);
  await storage.stores.clients.remove(realmId, client.id);
  expect(await storage.stores.clients.byClientId(realmId, 'shop')).toBeUndefined();
  await expect(storage.stores.clients.update(client)).rejects.toMatchObject({ code: 'not_found' });
});

test('a client takes its roles and its service account with it', async () => {
  const { id: realmId } = await addRealm(storage);
  const client = await storage.stores.clients.create(clientFields(realmId, 'robot'));
  const account = await addUser(storage, realmId, { serviceAccountClientId: client.id });
  await storage.stores.roles.create({ realmId, clientId: client.id, name: 'run', attributes: {}, composites: [] });
  await storage.stores.clients.remove(realmId, client.id);
  expect(await storage.stores.users.byId(realmId, account.id)).toBeUndefined();
  expect(await storage.stores.roles.list(realmId)).toEqual([]);
});

test('roles, groups and organizations come back as they were stored', async () => {
  const { stores } = storage;
  const { id: realmId } = await addRealm(storage);
  const child = await stores.roles.create({ realmId, name: 'child', attributes: { a: ['b'] }, composites: [] });
  const parent = await stores.roles.create({ realmId, name: 'parent', attributes: {}, composites: [child.id] });
  expect(await stores.roles.list(realmId)).toEqual([child, parent]);
  await expect(stores.roles.create({ realmId, name: 'child', attributes: {}, composites: [] })).rejects.toMatchObject(
    conflict,
  );
  const group = await stores.groups.create({ realmId, name: 'g', attributes: {}, roles: [child.id, parent.id].sort() });
  expect(await stores.groups.list(realmId)).toEqual([group]);
  const domains = [
    { name: 'Acme.Example', verified: true },
    { name: 'b.example', verified: false },
  ];
  const fields = { realmId, name: 'Acme', alias: 'acme', enabled: true, attributes: { x: ['y'] } };
  const organization = await stores.organizations.create({ ...fields, domains });
  expect(organization.domains[0]?.name).toBe('acme.example');
  expect(await stores.organizations.list(realmId)).toEqual([organization]);
  await expect(
    stores.organizations.create({
      ...fields,
      name: 'B',
      alias: 'b',
      domains: [{ name: 'b.EXAMPLE', verified: false }],
    }),
  ).rejects.toMatchObject(conflict);
});

test('a signing key opens only in its realm, and one key of an algorithm signs at a time', async () => {
  const { id: realmId } = await addRealm(storage);
  await ensureSigningKeys(storage.stores, realmId, ['ES256', 'EdDSA'], { kind: 'system' });
  await ensureSigningKeys(storage.stores, realmId, ['ES256', 'EdDSA'], { kind: 'system' });
  const keys = await storage.stores.signingKeys.list(realmId);
  expect(keys.map((key) => [key.alg, key.state])).toEqual([
    ['ES256', 'active'],
    ['EdDSA', 'active'],
  ]);
  const kid = await publishSigningKey(storage.stores, realmId, 'ES256', { kind: 'system' });
  expect(await publishSigningKey(storage.stores, realmId, 'ES256', { kind: 'system' })).toBe(kid);
  await expect(storage.stores.signingKeys.move(realmId, kid, 'published', 'active')).rejects.toMatchObject(conflict);
  await expect(storage.stores.signingKeys.move(realmId, kid, 'active', 'published')).rejects.toThrow('never moves');
});

test('ten processes that advance one rotation at once make each move once, and one key signs afterwards', async () => {
  const { id: realmId } = await addRealm(storage);
  await ensureSigningKeys(storage.stores, realmId, ['ES256'], { kind: 'system' });
  const kid = await publishSigningKey(storage.stores, realmId, 'ES256', { kind: 'system' });
  const timing = { publishSeconds: 0, retireSeconds: 3600 };
  const { fulfilled, rejected } = await race(10, async (_, barrier) => {
    await barrier();
    return storage.transaction((stores) => advanceRotation(stores, realmId, new Date(), timing, { kind: 'system' }));
  });
  expect(rejected).toEqual([]);
  expect(fulfilled.flat().map((move) => move.to)).toEqual(['retiring', 'active']);
  const active = (await storage.stores.signingKeys.list(realmId)).filter((key) => key.state === 'active');
  expect(active.map((key) => key.kid)).toEqual([kid]);
});

test('six processes that bootstrap at once make one realm, one role, one administrator and one client; a later start changes nothing', async () => {
  const others = await Promise.all([1, 2, 3, 4, 5].map(() => test_.another({ poolSize: 2 })));
  const administrator = { username: 'admin', phc: '$argon2id$first' };
  const client = { clientId: 'automation', secret: 'secret' };
  const run = (one: Storage, wanted = { administrator, client }) =>
    bootstrap(<T>(work: (stores: BootstrapStores) => Promise<T>) => one.transaction(work), wanted);
  const { fulfilled, rejected } = await race(6, async (index, barrier) => {
    await barrier();
    return run(others[index] ?? storage);
  });
  expect(rejected).toEqual([]);
  expect(fulfilled.filter((result) => result.administratorCreated)).toHaveLength(1);
  expect(fulfilled.filter((result) => result.clientCreated)).toHaveLength(1);
  expect(new Set(fulfilled.map((result) => result.realm.id)).size).toBe(1);
  const again = await run(storage, { administrator: { ...administrator, phc: '$argon2id$other' }, client });
  expect(again).toMatchObject({ administratorCreated: false, clientCreated: false });
  const admin = await storage.stores.users.byLogin(again.realm.id, 'ADMIN');
  if (!admin) throw new Error('no administrator');
  expect((await storage.stores.passwords.get(again.realm.id, admin.id))?.phc).toBe('$argon2id$first');
  expect((await storage.stores.users.claims(again.realm.id, admin.id))?.realmRoles).toEqual(['admin']);
  expect(await storage.stores.signingKeys.list(again.realm.id)).toHaveLength(signingAlgs.length);
});

test('an upgrade of a hash never undoes a change of the password', async () => {
  const { id: realmId } = await addRealm(storage);
  const user = await addUser(storage, realmId);
  const { passwords } = storage.stores;
  const first = await passwords.set(realmId, user.id, '$old');
  expect(await passwords.upgrade(realmId, user.id, '$old', '$upgraded')).toBe(true);
  const second = await passwords.set(realmId, user.id, '$changed');
  expect(second).not.toBe(first);
  expect(await passwords.upgrade(realmId, user.id, '$upgraded', '$stale')).toBe(false);
  await passwords.touch(realmId, user.id);
  expect(await passwords.get(realmId, user.id)).toMatchObject({
    id: second,
    phc: '$changed',
    lastUsedAt: expect.any(Date),
  });
});
