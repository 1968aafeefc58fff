import { type ScimConnection, workOn } from '@sparekey/provisioning';
import { openStorage, type Storage } from '@sparekey/storage';
import { createTestDatabase, type TestDatabase } from '@sparekey/testing';
import { type Fault, type FaultProxy, faults, startFaultProxy } from '../../test/fault-proxy.ts';
import { type ScimPeer, startScimPeer } from '../../test/scim-peer.ts';
import { addRealm, addTarget, fillRealm } from '../../test/scim-realm.ts';
import { seeded } from '../../test/seeded.ts';
import { scimWorkerParts } from './worker-parts.ts';

const PEOPLE = 1000;
const GROUPS = 50;
const MEMBERS = 20;

let database: TestDatabase;
let storage: Storage;
let peer: ScimPeer;
let proxy: FaultProxy;
let connection: ScimConnection<'target'>;
let planned = new Map<number, Fault>();

/** Every fault this often, at requests that the seed decides. */
function plan(seed: number, times: number, requests: number): Map<number, Fault> {
  const random = seeded(seed);
  const struck = new Map<number, Fault>();
  for (const fault of faults) for (let n = 0; n < times; n += 1) struck.set(Math.floor(random() * requests), fault);
  return struck;
}

beforeAll(async () => {
  database = await createTestDatabase();
  storage = await openStorage({ databaseUrl: database.url, masterKey: Buffer.alloc(32, 7), poolSize: 20 });
  peer = await startScimPeer({ token: 'peer-token', unique: true });
  proxy = await startFaultProxy(peer.url, (request) => planned.get(request));
  const realmId = await addRealm(storage);
  const settings = { baseUrl: proxy.url, groups: ['*'], requestsPerSecond: 1000, maxInFlight: 8 };
  connection = await addTarget(storage, realmId, { ...settings, timeoutSeconds: 1, maxAnswerKib: 64 });
  await fillRealm(storage, realmId, PEOPLE, GROUPS, MEMBERS);
});
afterAll(async () => {
  await proxy.close();
  await peer.close();
  await storage.close();
  await database.drop();
});

/** Works until no task is open; waits are as short as they may be. */
async function drain(): Promise<void> {
  const parts = {
    ...scimWorkerParts({ storage, outboundAllow: ['127.0.0.0/8'], logger: console }),
    random: () => 0,
  };
  const due = { realmId: connection.realmId, connectionId: connection.id };
  const never = new AbortController().signal;
  for (;;) {
    while ((await parts.queue.fold(5000)) > 0);
    const [first] = await parts.queue.due();
    if (first !== undefined) await workOn(parts, due, never);
    else if ((await parts.queue.counts(connection)).open === 0) return;
  }
}

const usersHere = async () =>
  storage.database.rows<{ id: string; username: string }>({
    name: 'test_users',
    text: 'select id, username from user_account where realm_id = $1',
    values: [connection.realmId],
  });

/** Whether the peer holds exactly what is here: everyone once, every group with its people. */
async function expectInStep(): Promise<void> {
  const here = await usersHere();
  const active = [...peer.users.values()].filter((user) => user.active === true);
  expect(active.map((user) => user.externalId).toSorted()).toEqual(here.map(({ id }) => id).toSorted());
  const idsHere = new Map([...peer.users.values()].map((user) => [user.id, user.externalId]));
  const groups = await storage.database.rows<{ id: string; members: string[] }>({
    name: 'test_group_members',
    text: `select g.id, array(select user_id from user_group ug where ug.realm_id = $1 and ug.group_id = g.id)::text[] as members
           from "group" g where g.realm_id = $1`,
    values: [connection.realmId],
  });
  expect(peer.groups.size).toBe(groups.length);
  for (const { id, members } of groups) {
    const theirs = [...peer.groups.values()].filter((group) => group.externalId === id);
    expect(theirs).toHaveLength(1);
    const ids = ((theirs[0]?.members ?? []) as { value: string }[]).map(({ value }) => idsHere.get(value));
    expect(ids.toSorted()).toEqual(members.toSorted());
  }
}

test('people and groups converge through every fault of a network', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.info(`faults of seed ${seed}`);
  planned = plan(seed, 2, 2 * PEOPLE);
  await drain();
  planned = new Map();
  expect([...proxy.struck.keys()].toSorted()).toEqual(faults.toSorted());
  expect(await storage.scim.queue.counts(connection)).toEqual({ open: 0, dead: 0, staged: 0, asking: 0 });
  await expectInStep();
  expect(peer.users.size).toBe(PEOPLE);
}, 120_000);

test('a second run writes nothing', async () => {
  const before = peer.writes();
  expect(await storage.scim.queue.scheduleAll(connection)).toBe(PEOPLE + GROUPS);
  await drain();
  expect(peer.writes()).toBe(before);
}, 60_000);

test('a change of one person or one membership is one request', async () => {
  const before = peer.writes();
  const [user] = await usersHere();
  await storage.database.count({
    name: 'test_rename',
    text: `update user_account set last_name = 'Else' where realm_id = $1 and id = $2`,
    values: [connection.realmId, user?.id],
  });
  await drain();
  expect(peer.writes()).toBe(before + 1);
  const changed = [...peer.users.values()].find(({ externalId }) => externalId === user?.id);
  expect(changed?.name).toMatchObject({ familyName: 'Else' });
});

test('half of the source vanishing changes nothing until it is allowed', async () => {
  const before = peer.writes();
  await storage.database.count({
    name: 'test_vanish',
    text: `delete from user_account where realm_id = $1 and substr(username, 8)::int % 2 = 0`,
    values: [connection.realmId],
  });
  await drain();
  expect(peer.writes()).toBe(before);
  expect(await storage.scim.queue.counts(connection)).toMatchObject({ open: 0, staged: PEOPLE / 2 });
  expect([...peer.users.values()].filter(({ active }) => active)).toHaveLength(PEOPLE);

  expect(await storage.scim.queue.reopen(connection, 'staged')).toBe(PEOPLE / 2);
  await drain();
  await expectInStep();
  expect([...peer.users.values()].filter(({ active }) => active === false)).toHaveLength(PEOPLE / 2);
}, 60_000);

test('a target that was down is caught up by itself', async () => {
  proxy.down = true;
  await storage.database.count({
    name: 'test_rename_some',
    text: `update user_account set first_name = 'Renamed' where realm_id = $1 and username like 'person-1%'`,
    values: [connection.realmId],
  });
  const before = peer.writes();
  const parts = scimWorkerParts({ storage, outboundAllow: ['127.0.0.0/8'], logger: console });
  await parts.queue.fold(5000);
  await workOn(
    { ...parts, random: () => 0 },
    { realmId: connection.realmId, connectionId: connection.id },
    new AbortController().signal,
  );
  expect(peer.writes()).toBe(before);
  expect((await storage.scim.pace.get(connection)).failures).toBeGreaterThanOrEqual(5);
  proxy.down = false;
  await drain();
  expect(await storage.scim.queue.counts(connection)).toMatchObject({ open: 0, dead: 0 });
  const renamed = [...peer.users.values()].filter(
    (user) => (user.name as { givenName?: string })?.givenName === 'Renamed',
  );
  const here = await usersHere();
  expect(renamed).toHaveLength(here.filter(({ username }) => username.startsWith('person-1')).length);
}, 60_000);
