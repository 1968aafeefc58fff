import type { RealmId } from '@sparekey/contracts';
import type { Realm } from '@sparekey/realms';
import { addRealm, clientFields, openTestStorage, type TestStorage } from '../../test/fixtures.ts';
import type { Storage } from '../storage.ts';

let test_: TestStorage;
let writer: Storage;
let reader: Storage;
let realm: Realm;
const told: RealmId[] = [];

beforeAll(async () => {
  test_ = await openTestStorage();
  writer = test_.storage;
  reader = await test_.another();
  reader.onRealmChanged((realmId) => told.push(realmId));
});
beforeEach(async () => {
  realm = await addRealm(writer);
  await isTold(realm.id, 0);
});
afterAll(() => test_.close());

/** Waits until the other process is told of the realm, later than its first `from` tellings; rejects after a second. */
async function isTold(realmId: RealmId, from: number): Promise<void> {
  const deadline = performance.now() + 1_000;
  while (!told.includes(realmId, from)) {
    if (performance.now() > deadline) throw new Error('not seen within a second');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function isSeen(change: () => Promise<unknown>): Promise<void> {
  const from = told.length;
  await change();
  await isTold(realm.id, from);
}

function sql(text: string): Promise<number> {
  return writer.database.count({ name: text, text, dynamic: true });
}

const killWatchers = () =>
  sql(`select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'sparekey-watch' and datname = current_database()`);

test.each<[string, () => Promise<unknown>]>([
  ['the realm', () => writer.stores.realms.update({ ...realm, displayName: 'changed' })],
  ['a new client', () => writer.stores.clients.create(clientFields(realm.id, 'one'))],
  [
    'a new signing key',
    () => writer.stores.signingKeys.add({ kid: 'k', realmId: realm.id, alg: 'ES256', state: 'active', privateJwk: {} }),
  ],
  ['a removed realm', () => sql(`delete from realm where id = '${realm.id}'`)],
])('another process sees a change of %s within a second', async (_, change) => {
  await isSeen(change);
});

test('a changed and a removed client count as a change of their realm; each grows its version by one', async () => {
  const client = await writer.stores.clients.create(clientFields(realm.id, 'two'));
  await writer.stores.clients.update({ ...client, enabled: false });
  await writer.stores.clients.remove(realm.id, client.id);
  expect((await writer.stores.realms.byId(realm.id))?.version).toBe(realm.version + 3);
});

test('a change is seen within a second right after the watching connection was cut', async () => {
  for (let round = 0; round < 3; round += 1) {
    await isSeen(async () => {
      await killWatchers();
      await writer.stores.realms.update({ ...realm, displayName: `round ${round}` });
    });
  }
});

test('a change is seen within a second though no notification arrives', async () => {
  await sql('alter table realm disable trigger realm_changed');
  try {
    await isSeen(() => writer.stores.realms.update({ ...realm, displayName: 'quiet' }));
  } finally {
    await sql('alter table realm enable trigger realm_changed');
  }
});

test('a rolled back change is not told', async () => {
  const from = told.length;
  await writer
    .transaction(async (stores) => {
      await stores.realms.update({ ...realm, displayName: 'never' });
      throw new Error('no');
    })
    .catch(() => {});
  const other = await addRealm(writer);
  await isTold(other.id, from);
  expect(told.slice(from)).toEqual([other.id]);
});
