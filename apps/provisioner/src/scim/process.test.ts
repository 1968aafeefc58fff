import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { workOn } from '@sparekey/provisioning';
import { openStorage, type Storage } from '@sparekey/storage';
import { createTestDatabase, freePort, startProcess, type TestDatabase } from '@sparekey/testing';
import { type ScimPeer, startScimPeer } from '../../test/scim-peer.ts';
import { addRealm, addTarget, fillRealm } from '../../test/scim-realm.ts';
import { type StrictFront, startStrictFront } from '../../test/strict-front.ts';
import { plain } from '../../test/target-rules.ts';
import { scimWorkerParts } from './worker-parts.ts';

const masterKey = randomBytes(32);
let database: TestDatabase;
let storage: Storage;
let peer: ScimPeer;
/** Holds up whoever would be made. */
let slow: StrictFront;
/** Takes nobody. */
let closed: StrictFront;
let posted = 0;
let whenPosted = (_: number) => {};
let open = Promise.withResolvers<void>();

beforeAll(async () => {
  database = await createTestDatabase();
  storage = await openStorage({ databaseUrl: database.url, masterKey, poolSize: 4 });
  peer = await startScimPeer({ token: 'peer-token', unique: false });
  slow = await startStrictFront(peer.url, plain);
  slow.before = async ({ method }) => {
    if (method !== 'POST') return;
    posted += 1;
    whenPosted(posted);
    await open.promise;
  };
  closed = await startStrictFront(peer.url, { ...plain, routes: /^GET / });
});
afterAll(async () => {
  open.resolve();
  await slow.close();
  await closed.close();
  await peer.close();
  await storage.close();
  await database.drop();
});
beforeEach(async () => {
  await storage.database.count({ name: 'test_no_realms', text: 'delete from realm' });
  peer.users.clear();
  posted = 0;
  open = Promise.withResolvers();
});

/** A target with so many people to be told of. */
async function target(baseUrl: string, people: number) {
  const realmId = await addRealm(storage);
  await fillRealm(storage, realmId, people, 0, 0);
  return addTarget(storage, realmId, { baseUrl, requestsPerSecond: 1000, maxInFlight: 4 });
}

/** The provisioner as it is deployed. */
async function startWorker() {
  const port = String(await freePort());
  const env = {
    DATABASE_URL: database.url,
    SPAREKEY_MASTER_KEY: masterKey.toString('base64url'),
    SPAREKEY_MANAGEMENT_PORT: port,
    SPAREKEY_LISTEN_ADDRESS: '127.0.0.1',
    SPAREKEY_OUTBOUND_ALLOW: '127.0.0.0/8',
  };
  const management = `http://127.0.0.1:${port}`;
  const program = await startProcess({
    entry: join(import.meta.dirname, '../main.ts'),
    env,
    readyUrl: `${management}/health/ready`,
  });
  const overdue = AbortSignal.timeout(20_000);
  return { program, metrics: async () => (await fetch(`${management}/metrics`, { signal: overdue })).text() };
}

test('its metrics tell how much is to be done, for how long it waits, what failed and which target is in quarantine', async () => {
  const sick = await target(slow.url, 1);
  await storage.stores.scimConnections.setSecret(sick.realmId, sick.id, 'another-token');
  await target(closed.url, 3);
  await target(slow.url, 6);
  const { program, metrics } = await startWorker();
  const wanted = [
    'sparekey_scim_tasks{state="open"} 7',
    'sparekey_scim_tasks{state="dead"} 3',
    'sparekey_scim_tasks_total{outcome="rejected"} 3',
    'sparekey_scim_connections{state="active"} 2',
    'sparekey_scim_connections{state="quarantined"} 1',
  ];
  let told: string[] = [];
  while (!wanted.every((line) => told.includes(line))) told = (await metrics()).split('\n');
  const lag = told.find((line) => line.startsWith('sparekey_scim_lag_seconds '));
  expect(Number(lag?.split(' ')[1])).toBeGreaterThan(0);
  expect(await program.stop()).toEqual({ code: 0, signal: null });
}, 30_000);

test('told to stop it ends what is in flight, gives its tasks back and exits with 0; another worker goes on at once', async () => {
  const connection = await target(slow.url, 6);
  const busy = new Promise<void>((resolve) => {
    whenPosted = (count) => count === 4 && resolve();
  });
  const { program } = await startWorker();
  await busy;
  expect(await program.stop()).toEqual({ code: 0, signal: null });
  expect(program.output()).not.toContain('"level":"error"');
  const rows = await storage.database.rows({
    name: 'test_given_back',
    text: 'select lease, lease_until, attempt, failure, state from scim_task group by 1, 2, 3, 4, 5',
  });
  expect(rows).toEqual([{ lease: null, lease_until: null, attempt: 0, failure: null, state: 'open' }]);
  expect((await storage.scim.pace.get(connection)).failures).toBe(0);

  open.resolve();
  const parts = scimWorkerParts({ storage, outboundAllow: ['127.0.0.0/8'], logger: console });
  const due = { realmId: connection.realmId, connectionId: connection.id };
  expect(await workOn(parts, due, new AbortController().signal)).toBe(6);
  expect(new Set([...peer.users.values()].map(({ externalId }) => externalId)).size).toBe(6);
  expect(peer.users.size).toBe(6);
}, 30_000);
