import { defaultPolicy } from '@sparekey/policy';
import { createTestDatabase, type TestDatabase } from '../../testing/src/index.ts';
import { openStorage } from './open.ts';
import type { Storage } from './storage.ts';

const masterKey = Buffer.alloc(32, 7);
let database: TestDatabase;
let storage: Storage;

beforeAll(async () => {
  database = await createTestDatabase();
  storage = await openStorage({ databaseUrl: database.url, masterKey });
});

afterAll(async () => {
  await storage.close();
  await database.drop();
});

function realm(name: string) {
  return storage.stores.realms.create({ name, enabled: true, policy: defaultPolicy, attributes: {} });
}

test('a transaction that rejects leaves nothing behind and gives its connection back', async () => {
  for (let turn = 0; turn < 30; turn += 1)
    await expect(
      storage.transaction(async (stores) => {
        await stores.realms.create({ name: 'ghost', enabled: true, policy: defaultPolicy, attributes: {} });
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
  expect(await storage.stores.realms.byName('ghost')).toBeUndefined();
});

test('a transaction that swallows the failure of a statement rejects instead of quietly rolling back', async () => {
  await realm('taken');
  await expect(
    storage.transaction(async (stores) => {
      await stores.realms.create({ name: 'lost', enabled: true, policy: defaultPolicy, attributes: {} });
      await stores.realms
        .create({ name: 'taken', enabled: true, policy: defaultPolicy, attributes: {} })
        .catch(() => {});
    }),
  ).rejects.toThrow('rolled back');
  expect(await storage.stores.realms.byName('lost')).toBeUndefined();
});

test('stores of a transaction refuse to work after its end', async () => {
  const stores = await storage.transaction(async (inside) => inside);
  await expect(stores.realms.list()).rejects.toThrow('its transaction has ended');
});

test('another master key is refused by name', async () => {
  const other = Buffer.alloc(32, 8);
  await expect(openStorage({ databaseUrl: database.url, masterKey: other })).rejects.toThrow(
    /not the one this database/,
  );
});

test('a master key of another length is refused', async () => {
  await expect(openStorage({ databaseUrl: database.url, masterKey: Buffer.alloc(16) })).rejects.toThrow('32 bytes');
});

test('a database that does not answer is refused as unavailable', async () => {
  const nowhere = openStorage({ databaseUrl: 'postgres://nobody@127.0.0.1:1/none', masterKey });
  await expect(nowhere).rejects.toMatchObject({ code: 'unavailable' });
});
