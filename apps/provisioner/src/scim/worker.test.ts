import type { GroupId, RealmId } from '@sparekey/contracts';
import { type ScimConnection, type WorkerParts, workOn } from '@sparekey/provisioning';
import { openStorage, type Storage } from '@sparekey/storage';
import { createTestDatabase, type TestDatabase } from '@sparekey/testing';
import { type ScimPeer, startScimPeer } from '../../test/scim-peer.ts';
import { addRealm, addTarget, fillRealm } from '../../test/scim-realm.ts';
import { scimWorkerParts } from './worker-parts.ts';

let database: TestDatabase;
let storage: Storage;
let peer: ScimPeer;
let realmId: RealmId;

beforeAll(async () => {
  database = await createTestDatabase();
  storage = await openStorage({ databaseUrl: database.url, masterKey: Buffer.alloc(32, 7), poolSize: 8 });
  peer = await startScimPeer({ token: 'peer-token', unique: true });
  await ddl(`create function own_fault() returns trigger language plpgsql as
    $$ begin raise exception 'a fault of our own'; end $$`);
});
afterAll(async () => {
  await peer.close();
  await storage.close();
  await database.drop();
});
beforeEach(async () => {
  peer.users.clear();
  peer.groups.clear();
  realmId = await addRealm(storage);
  await fillRealm(storage, realmId, 3, 2, 3);
});

const target = (settings: Record<string, unknown> = {}) =>
  addTarget(storage, realmId, { baseUrl: peer.url, requestsPerSecond: 1000, ...settings });

async function work(connection: ScimConnection<'target'>, changed: Partial<WorkerParts> = {}): Promise<void> {
  const parts = scimWorkerParts({ storage, outboundAllow: ['127.0.0.0/8'], logger: console });
  while ((await parts.queue.fold(5000)) > 0);
  const due = { realmId, connectionId: connection.id };
  await workOn({ ...parts, ...changed }, due, new AbortController().signal);
}

const ddl = (text: string) => storage.database.count({ name: 'test_ddl', text, dynamic: true });
/** The database refuses such rows of this realm, as it would on a full disk. */
const fails = (table: string, when: string) =>
  ddl(`create trigger own_fault before insert on ${table} for each row
    when (new.realm_id = '${realmId}' and ${when}) execute function own_fault()`);
const works = (table: string) => ddl(`drop trigger own_fault on ${table}`);
const moved = (text: string) => storage.database.count({ name: 'test_moved', text, values: [realmId], dynamic: true });
const second = () => [...peer.users.values()].find(({ userName }) => userName === 'person-2');

test('what fails here is told to the log and tried within the hour for as long as it takes, and nobody else suffers by it', async () => {
  await fails('scim_link', `new.sent ->> 'userName' = 'person-2'`);
  const connection = await target();
  const [told, ends]: [string[], string[]] = [[], []];
  const changed: Partial<WorkerParts> = {
    random: () => 0.999_999,
    onError: (error) => told.push(String(error)),
    onTask: (end) => ends.push(end),
  };
  await work(connection, changed);
  expect(told).toEqual([expect.stringContaining('a fault of our own')]);
  expect(ends.toSorted()).toEqual(['done', 'done', 'internal']);
  expect(peer.users.size).toBe(2);

  await moved(
    `update scim_task set attempt = 400, failing_since = now() - interval '60 days', run_after = now() where realm_id = $1`,
  );
  await work(connection, changed);
  const [task] = await storage.scim.queue.list(connection, 10);
  expect(task).toMatchObject({ state: 'open', failure: 'internal', why: 'our own fault: see the log', attempt: 401 });
  const inSeconds = ((task?.runAfter.getTime() ?? 0) - Date.now()) / 1000;
  expect(inSeconds).toBeGreaterThan(3000);
  expect(inSeconds).toBeLessThanOrEqual(3600);
  expect((await storage.stores.scimConnections.byId(realmId, connection.id))?.state).toBe('active');
  expect((await storage.scim.pace.get(connection)).failures).toBe(0);

  await works('scim_link');
  await moved('update scim_task set run_after = now() where realm_id = $1');
  await work(connection);
  expect(second()).toMatchObject({ name: { familyName: 'person-2' } });
  expect(await storage.scim.queue.counts(connection)).toMatchObject({ open: 0, dead: 0 });
});

// The link said disabled, and the journal nothing, if the worker was killed between the two: the brake, which counts what
// the journal says, let one more pass for each.
test('what was done is told in the transaction that keeps it: until it is told it counts as not done, and then once', async () => {
  const connection = await target();
  await work(connection);
  await fails('scim_event', `new.action = 'disabled'`);
  await moved(`update user_account set enabled = false where realm_id = $1 and username = 'person-2'`);
  const ends: string[] = [];
  await work(connection, { onError: () => {}, onTask: (end) => ends.push(end) });
  expect([ends, second()?.active]).toEqual([['internal'], false]);
  const localId = String(second()?.externalId);
  expect(await storage.scim.links.get(connection, { kind: 'user', localId })).toMatchObject({ active: true });
  expect(await storage.scim.links.deprovisionings(connection)).toEqual({ known: 3, wanted: 1 });

  await works('scim_event');
  const before = peer.writes();
  await moved('update scim_task set run_after = now() where realm_id = $1');
  await work(connection);
  expect(await storage.scim.links.get(connection, { kind: 'user', localId })).toMatchObject({ active: false });
  expect(await storage.scim.journal.summary(connection, new Date(0))).toEqual({ created: 3, disabled: 1 });
  expect(await storage.scim.links.deprovisionings(connection)).toEqual({ known: 3, wanted: 1 });
  expect(peer.writes()).toBe(before);
});

// Nobody looked at them until everybody was looked at.
test('who is no longer wanted because their group, or one above it, has another name is disabled', async () => {
  const [{ id: above } = {}] = await storage.database.rows<{ id: GroupId }>({
    name: 'test_nested',
    text: `with above as (
        insert into "group" (realm_id, name, path, attributes) values ($1, 'above', '/above', '{}') returning id
      ), moved as (
        update "group" g set parent_id = above.id, path = '/above/group-1' from above
        where g.realm_id = $1 and g.name = 'group-1' returning g.id
      ) select id from above`,
    values: [realmId],
  });
  const connection = await target({ people: 'groups', groups: ['/above/group-1'] });
  await work(connection);
  const active = () => [...peer.users.values()].filter((user) => user.active).length;
  expect(active()).toBe(3);
  await storage.transaction((stores) => stores.groups.rename(realmId, above as GroupId, 'below'));
  await work(connection);
  expect(active()).toBe(0);
});
