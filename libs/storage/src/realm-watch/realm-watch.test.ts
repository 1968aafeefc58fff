import type { RealmId } from '@sparekey/contracts';
import type { Realm } from '@sparekey/realms';
import { addRealm, clientFields, openTestStorage, type TestStorage } from '../../test/fixtures.ts';
import type { Storage } from '../storage.ts';

let test_: TestStorage;
let writer: Storage;
let reader: Storage;
let realm: Realm;
const WITHIN_MS = 1_000;

beforeAll(async () => {
  test_ = await openTestStorage();
  writer = test_.storage;
  reader = await test_.another();
});
beforeEach(async () => {
  const created = seenByReader();
  realm = await addRealm(writer);
  expect(await created).toBe(realm.id);
});
afterAll(() => test_.close());

/** The next realm the other process is told of; rejects after a second. */
function seenByReader(): Promise<RealmId> {
  const { promise, resolve, reject } = Promise.withResolvers<RealmId>();
  const timeout = setTimeout(() => reject(new Error('not seen within a second')), WITHIN_MS);
  const stop = reader.onRealmChanged((realmId) => {
    clearTimeout(timeout);
    stop();
    resolve(realmId);
  });
  return promise;
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
  const seen = seenByReader();
  await change();
  expect(await seen).toBe(realm.id);
});

test('a changed and a removed client count as a change of their realm; each grows its version by one', async () => {
  const client = await writer.stores.clients.create(clientFields(realm.id, 'two'));
  await writer.stores.clients.update({ ...client, enabled: false });
  await writer.stores.clients.remove(realm.id, client.id);
  expect((await writer.stores.realms.byId(realm.id))?.version).toBe(realm.version + 3);
});

test('a change is seen within a second right after the watching connection was cut', async () => {
  for (let round = 0; round < 3; round += 1) {
    const seen = seenByReader();
    await killWatchers();
    await writer.stores.realms.update({ ...realm, displayName: `round ${round}` });
    expect(await seen).toBe(realm.id);
  }
});

test('a change is seen within a second though no notification arrives', async () => {
  await sql('alter table realm disable trigger realm_changed');
  try {
    const seen = seenByReader();
    await writer.stores.realms.update({ ...realm, displayName: 'quiet' });
    expect(await seen).toBe(realm.id);
  } finally {
    await sql('alter table realm enable trigger realm_changed');
  }
});

test('a rolled back change is not told', async () => {
  const told: RealmId[] = [];
  const stop = reader.onRealmChanged((realmId) => told.push(realmId));
  await writer
    .transaction(async (stores) => {
      await stores.realms.update({ ...realm, displayName: 'never' });
      throw new Error('no');
    })
    .catch(() => {});
  const other = await addRealm(writer);
  while (!told.includes(other.id)) await new Promise((resolve) => setImmediate(resolve));
  stop();
  expect(told).not.toContain(realm.id);
});
