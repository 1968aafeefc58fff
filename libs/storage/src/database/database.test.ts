import { addRealm, openTestStorage, type TestStorage } from '../../test/fixtures.ts';
import type { Storage } from '../storage.ts';

let test_: TestStorage;
let storage: Storage;
const statements: string[] = [];

beforeAll(async () => {
  test_ = await openTestStorage({
    onStatement: (name, seconds) => {
      expect(seconds).toBeGreaterThan(0);
      statements.push(name);
    },
  });
  storage = test_.storage;
});
afterAll(() => test_.close());

function killConnections(by: Storage): Promise<number> {
  return by.database.count({
    name: 'kill',
    text: `select pg_terminate_backend(pid) from pg_stat_activity
           where application_name like 'sparekey%' and datname = current_database() and pid <> pg_backend_pid()`,
  });
}

test('statements are told by name, once each, failed ones too', async () => {
  statements.length = 0;
  await storage.transaction((stores) => stores.realms.byName('none'));
  await expect(addRealm(storage, '!')).rejects.toThrow('realm_create');
  expect(statements).toEqual(['begin', 'realm_by_name', 'commit', 'realm_create']);
});

/** Every statement takes one broken connection out of the pool at most. */
async function untilItWorks(statement: () => Promise<unknown>): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) {
    const failure = await statement().then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failure === undefined) return;
    expect(failure).toMatchObject({ code: 'unavailable' });
  }
  throw new Error('the pool did not recover');
}

test('connections cut while idle are replaced, and the process goes on', async () => {
  const killer = await test_.another();
  const { id } = await addRealm(storage);
  await Promise.all(Array.from({ length: 10 }, () => storage.ping()));
  await storage.attempts.networkBegin(id, 'n', 10);
  await killConnections(killer);
  await untilItWorks(() => storage.ping());
  await untilItWorks(() => storage.attempts.networkBegin(id, 'n', 10));
});

test('a transaction whose connection is cut rejects as unavailable, and the process goes on', async () => {
  const killer = await test_.another();
  const cut = storage.transaction(async (stores) => {
    await stores.realms.list();
    await killConnections(killer);
    return stores.realms.list();
  });
  await expect(cut).rejects.toMatchObject({ code: 'unavailable' });
  await untilItWorks(() => storage.ping());
});

test('statements called at once in a transaction run one after the other', async () => {
  const { id } = await addRealm(storage);
  const found = await storage.transaction((stores) =>
    Promise.all(Array.from({ length: 20 }, () => stores.realms.byId(id))),
  );
  expect(found.every((realm) => realm?.id === id)).toBe(true);
});

test('a transaction within a transaction is part of it', async () => {
  const outer = storage.database.atomically(async (db) => {
    await db.atomically((inner) => inner.count({ name: 'ghost', text: `delete from realm where name <> 'kept'` }));
    throw new Error('no');
  });
  await expect(outer).rejects.toThrow('no');
  expect(await storage.stores.realms.list()).not.toEqual([]);
});

test.each([
  [`select 'x'::uuid`, 'validation_failed'],
  ['select 1/0', 'validation_failed'],
  [`insert into user_login values (uuidv7(), 'x', uuidv7())`, 'conflict'],
  [`set local statement_timeout = '20ms'; select pg_sleep(5)`, 'overloaded'],
])('%s is %s', async (text, code) => {
  const failed = storage.database.atomically((db) => db.count({ name: 'fails', text, dynamic: true }));
  await expect(failed).rejects.toMatchObject({ code });
});

test('a bug in a statement stays what it is', async () => {
  const failed = storage.database.count({ name: 'bug', text: 'select nonsense' });
  await expect(failed).rejects.toMatchObject({ code: '42703' });
});
