import type { RealmId } from '@sparekey/contracts';
import { failuresThatOpen, type ScimConnection, type WorkerParts, workOn } from '@sparekey/provisioning';
import { openStorage, type Storage } from '@sparekey/storage';
import { createTestDatabase, type TestDatabase } from '@sparekey/testing';
import { type AuthFront, startAuthFront } from '../../test/auth-front.ts';
import { type ScimPeer, startScimPeer } from '../../test/scim-peer.ts';
import { addRealm, addTarget, fillRealm } from '../../test/scim-realm.ts';
import { scimWorkerParts } from './worker-parts.ts';

let database: TestDatabase;
let storage: Storage;
let peer: ScimPeer;
let front: AuthFront;
let realmId: RealmId;
const never = new AbortController().signal;

beforeAll(async () => {
  database = await createTestDatabase();
  storage = await openStorage({ databaseUrl: database.url, masterKey: Buffer.alloc(32, 7), poolSize: 8 });
  peer = await startScimPeer({ token: 'peer-token', unique: true });
  front = await startAuthFront(peer.url, 'peer-token');
});
afterAll(async () => {
  await front.close();
  await peer.close();
  await storage.close();
  await database.drop();
});

beforeEach(async () => {
  peer.users.clear();
  front.seen.length = 0;
  front.grants.length = 0;
  front.opens = () => true;
  realmId = await addRealm(storage);
  await fillRealm(storage, realmId, 3, 0, 0);
});

const target = (settings: Record<string, unknown> = {}) =>
  addTarget(storage, realmId, { baseUrl: front.url, requestsPerSecond: 1000, ...settings });

/** Does everything that may be done now, as the job does: whom everyone leaves alone is not among those who are due. */
async function work(connection: ScimConnection<'target'>, changed: Partial<WorkerParts> = {}): Promise<void> {
  const parts = scimWorkerParts({ storage, outboundAllow: ['127.0.0.0/8'], logger: console });
  while ((await parts.queue.fold(5000)) > 0);
  const due = (await parts.queue.due()).find(({ connectionId }) => connectionId === connection.id);
  if (due !== undefined) await workOn({ ...parts, random: () => 0, ...changed }, due, never);
}

const query = (name: string, text: string, ...more: unknown[]) =>
  storage.database.count({ name: `test_${name}`, text, values: [realmId, ...more] });
const disable = () =>
  query('disable', `update user_account set enabled = false where realm_id = $1 and username = 'person-2'`);
const second = () => [...peer.users.values()].find(({ userName }) => userName === 'person-2');
const stateOf = async ({ id }: ScimConnection) => (await storage.stores.scimConnections.byId(realmId, id))?.state;
/** What was to come so many days later is due now, and nobody waits any more. */
async function later(days: number): Promise<void> {
  await query(
    'later_links',
    'update scim_link set disabled_at = disabled_at - make_interval(days => $2) where realm_id = $1',
    days,
  );
  await query(
    'later_tasks',
    'update scim_task set run_after = run_after - make_interval(days => $2) where realm_id = $1',
    days,
  );
  await query(
    'later_pace',
    'update scim_pace set not_before = not_before - make_interval(days => $2) where realm_id = $1',
    days,
  );
}

describe('how a target is told who asks', () => {
  test('basic: username and secret', async () => {
    const wanted = `Basic ${Buffer.from('sync:peer-token').toString('base64')}`;
    front.opens = (authorization) => authorization === wanted;
    await work(await target({ authentication: { method: 'basic', username: 'sync' } }));
    expect(peer.users.size).toBe(3);
    expect(new Set(front.seen)).toEqual(new Set([wanted]));
  });

  test('client credentials: one token for many requests, a new one when it is refused', async () => {
    front.opens = (authorization) => authorization === `Bearer token-${front.grants.length}`;
    const { tokenUrl } = front;
    const connection = await target({
      authentication: { method: 'client_credentials', tokenUrl, clientId: 'sync', scope: 'scim', audience: front.url },
    });
    await work(connection);
    expect(peer.users.size).toBe(3);
    expect(front.grants).toEqual([
      {
        authorization: `Basic ${Buffer.from('sync:peer-token').toString('base64')}`,
        form: { grant_type: 'client_credentials', scope: 'scim', audience: front.url },
      },
    ]);
    front.opens = (authorization) =>
      front.grants.length >= 3 && authorization === `Bearer token-${front.grants.length}`;
    await disable();
    await work(connection);
    expect(second()?.active).toBe(false);
    expect(front.grants).toHaveLength(3);
    const stored = await storage.database.rows({
      name: 'test_rows',
      text: 'select to_jsonb(c)::text as row from scim_connection c',
    });
    expect(JSON.stringify(stored)).not.toContain('peer-token');
  });

  test('a token endpoint inside our own network is not asked, and the target is not either', async () => {
    const connection = await target({
      authentication: { method: 'client_credentials', tokenUrl: front.tokenUrl, clientId: 'sync' },
    });
    const guarded = scimWorkerParts({ storage, outboundAllow: [], logger: console });
    await work(connection, { open: guarded.open });
    expect([front.grants, front.seen]).toEqual([[], []]);
    expect(peer.users.size).toBe(0);
  });
});

describe('somebody of the same name is there already', () => {
  beforeEach(() => {
    peer.users.set('theirs', { id: 'theirs', userName: 'person-2', active: true, externalId: 'somebody' });
  });

  test('adopt: they are taken over', async () => {
    await work(await target());
    expect(second()).toMatchObject({ id: 'theirs', name: { familyName: 'person-2' } });
    expect(peer.users.size).toBe(3);
  });

  test('ask: nothing is written to them until it is allowed, and the others are', async () => {
    const connection = await target({ correlate: 'ask' });
    await work(connection);
    expect(second()).not.toHaveProperty('name');
    expect(await storage.scim.queue.counts(connection)).toEqual({ open: 0, dead: 0, staged: 0, asking: 1 });
    expect(await storage.scim.queue.reopen(connection, 'asking')).toBe(1);
    await work(connection);
    expect(second()).toMatchObject({ id: 'theirs', name: { familyName: 'person-2' } });
    expect(peer.users.size).toBe(3);
  });

  test('refuse: nothing is written to them, and the failure names them', async () => {
    const connection = await target({ correlate: 'refuse' });
    await work(connection);
    expect(second()).not.toHaveProperty('name');
    expect(await storage.scim.queue.counts(connection)).toEqual({ open: 0, dead: 1, staged: 0, asking: 0 });
    expect(JSON.stringify(await storage.scim.queue.list(connection, 10))).toContain('theirs');
    expect(peer.users.size).toBe(3);
  });
});

describe('somebody who is disabled here', () => {
  test.each([
    ['none', 0, { active: true }],
    ['disable', 0, { active: false }],
    ['disable', 31, { active: false }],
    ['disable_then_delete', 29, { active: false }],
    ['disable_then_delete', 31, undefined],
    ['delete', 0, undefined],
  ])('%s, after %d days', async (policy, days, expected) => {
    const connection = await target({ deprovision: { policy, deleteAfterDays: 30 } });
    await work(connection);
    await disable();
    await work(connection);
    await later(days);
    await work(connection);
    if (expected === undefined) expect(second()).toBeUndefined();
    else expect(second()).toMatchObject(expected);
    expect([...peer.users.values()].filter(({ userName }) => userName !== 'person-2')).toMatchObject([
      { active: true },
      { active: true },
    ]);
  });

  test('who comes back before they are deleted has the account of before', async () => {
    const connection = await target({ deprovision: { policy: 'disable_then_delete', deleteAfterDays: 30 } });
    await work(connection);
    const before = second()?.id;
    await disable();
    await work(connection);
    await query('enable', `update user_account set enabled = true where realm_id = $1`);
    await work(connection);
    await later(31);
    await work(connection);
    expect(second()).toMatchObject({ id: before, active: true });
  });
});

describe('after an outage a target is asked one thing at a time', () => {
  const failures = async (connection: ScimConnection) => (await storage.scim.pace.get(connection)).failures;
  async function afterOutage(settings: Record<string, unknown>) {
    const connection = await target(settings);
    for (let n = 0; n < failuresThatOpen; n += 1) await storage.scim.pace.failed(connection, () => 0);
    return connection;
  }

  // It stayed so until its next write: whom it asks about are only looked for.
  test('until a task ends well that asked it something, though it wrote nothing', async () => {
    for (const n of [1, 2, 3])
      peer.users.set(`theirs-${n}`, { id: `theirs-${n}`, userName: `person-${n}`, active: true });
    const connection = await afterOutage({ correlate: 'ask' });
    const before = peer.writes();
    await work(connection);
    expect(await storage.scim.queue.counts(connection)).toMatchObject({ open: 0, asking: 3 });
    expect([peer.writes() - before, await failures(connection)]).toEqual([0, 0]);
  });

  test('and no task that asked it nothing says that it is well', async () => {
    const connection = await afterOutage({});
    await storage.scim.pace.announced(connection, {});
    await query('disable_all', 'update user_account set enabled = false where realm_id = $1');
    const ends: string[] = [];
    await work(connection, { onTask: (end) => ends.push(end) });
    expect([ends, front.seen]).toEqual([['done', 'done', 'done'], []]);
    expect(await failures(connection)).toBe(failuresThatOpen);
  });
});

// Any task that was done ended the quarantine, also one that had nothing to ask.
test('a quarantine ends by a task that asked the target something, and by no other', async () => {
  const connection = await target();
  await storage.scim.pace.announced(connection, {});
  await query(`quarantine`, `update scim_connection set state = 'quarantined' where realm_id = $1`);
  await query('disable_all', 'update user_account set enabled = false where realm_id = $1');
  await work(connection);
  expect([await storage.scim.queue.counts(connection), front.seen]).toMatchObject([{ open: 0 }, []]);
  expect(await stateOf(connection)).toBe('quarantined');
  await query('enable_all', 'update user_account set enabled = true where realm_id = $1');
  await work(connection);
  expect(await stateOf(connection)).toBe('active');
});

test('a target that refuses our credentials is left alone at once, tried again a day later, and works again by itself', async () => {
  const connection = await target();
  front.opens = () => false;
  await work(connection);
  expect(await stateOf(connection)).toBe('quarantined');
  const asked = front.seen.length;
  expect(asked).toBeLessThanOrEqual(connection.settings.maxInFlight + 1);
  await work(connection);
  expect(front.seen).toHaveLength(asked);

  await later(1);
  await work(connection);
  expect(await stateOf(connection)).toBe('quarantined');
  expect(front.seen.length).toBeLessThanOrEqual(asked + 2);

  front.opens = () => true;
  await later(1);
  await work(connection);
  expect(await stateOf(connection)).toBe('active');
  await work(connection);
  expect(peer.users.size).toBe(3);
});
