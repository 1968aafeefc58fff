import type { RealmId } from '@sparekey/contracts';
import {
  askForSurvey,
  type Finding,
  type ScimConnection,
  type ScimRun,
  type SurveyKind,
  surveyOn,
  workOn,
} from '@sparekey/provisioning';
import { openStorage, type Storage } from '@sparekey/storage';
import { createTestDatabase, type TestDatabase } from '@sparekey/testing';
import { type FaultProxy, startFaultProxy } from '../../test/fault-proxy.ts';
import { type ScimPeer, startScimPeer } from '../../test/scim-peer.ts';
import { addRealm, addTarget, fillRealm } from '../../test/scim-realm.ts';
import { scimWorkerParts } from './worker-parts.ts';

const PEOPLE = 30;
const never = new AbortController().signal;
const actor = { kind: 'operator', name: 'olga' } as const;

let database: TestDatabase;
let storage: Storage;
let peer: ScimPeer;
let proxy: FaultProxy;
let realmId: RealmId;
let connection: ScimConnection<'target'>;

beforeAll(async () => {
  database = await createTestDatabase();
  storage = await openStorage({ databaseUrl: database.url, masterKey: Buffer.alloc(32, 7), poolSize: 8 });
  peer = await startScimPeer({ token: 'peer-token', unique: true });
  proxy = await startFaultProxy(peer.url, () => undefined);
});
afterAll(async () => {
  await proxy.close();
  await peer.close();
  await storage.close();
  await database.drop();
});

beforeEach(async () => {
  peer.users.clear();
  peer.groups.clear();
  proxy.down = false;
  realmId = await addRealm(storage);
  await fillRealm(storage, realmId, PEOPLE, 1, 5);
  connection = await addTarget(storage, realmId, { baseUrl: proxy.url, groups: ['*'], requestsPerSecond: 1000 });
});

/** As the worker, but without its waits. */
const parts = () => ({
  ...scimWorkerParts({ storage, outboundAllow: ['127.0.0.0/8'], logger: console }),
  random: () => 0,
  wait: async () => {},
});

async function work(): Promise<void> {
  const { queue } = parts();
  for (;;) {
    while ((await queue.fold(5000)) > 0);
    const due = (await queue.due()).find(({ connectionId }) => connectionId === connection.id);
    if (due === undefined) return;
    await workOn(parts(), due, never);
  }
}

const ask = (kind: SurveyKind, repairs = false): Promise<ScimRun> =>
  storage.transaction((stores) => askForSurvey(stores, connection, { kind, repairs }, actor));

/** Has a survey go as far as it goes now; what it came to, and what it found by name. */
async function survey(
  kind: SurveyKind,
  repairs = false,
): Promise<{ run: ScimRun; found: Record<string, [Finding['what'], ...string[]]> }> {
  const { id } = await ask(kind, repairs);
  await go(id);
  return result(id);
}

async function go(runId: string): Promise<void> {
  await surveyOn(parts(), { realmId, connectionId: connection.id, runId }, never);
}

async function result(id: string) {
  await storage.scim.runs.settle();
  const run = await storage.scim.runs.get(connection, id);
  if (run === undefined) throw new Error('a run');
  const findings = await storage.scim.surveys.findings(connection, id, undefined, 100);
  const names = await storage.scim.directory.names(
    connection,
    findings.map(({ localId }) => localId),
  );
  const found = Object.fromEntries(
    findings.map(({ localId, what, attributes }) => [names.get(localId) ?? localId, [what, ...attributes]]),
  ) as Record<string, [Finding['what'], ...string[]]>;
  return { run, found };
}

/** Whom the other side has under this name, to be changed there behind our back. */
function theirs(name: string): { id: string } & Record<string, unknown> {
  const found = [...peer.users.values()].find(({ userName }) => userName === name);
  if (found === undefined) throw new Error(`${name} is not there`);
  return found;
}

const disable = (...names: string[]) =>
  storage.database.count({
    name: 'test_disable',
    text: 'update user_account set enabled = false where realm_id = $1 and username = any ($2)',
    values: [realmId, names],
  });

/** Somebody with the rights of an administrator there: renames, deletes, lets in again, and takes out of a group. */
async function meddle(): Promise<void> {
  await disable('person-3');
  await work();
  Object.assign(theirs('person-1'), { name: { givenName: 'First', familyName: 'Mallory' }, title: 'Boss' });
  peer.users.delete(theirs('person-20').id);
  Object.assign(theirs('person-3'), { active: true });
  const [group] = [...peer.groups.values()];
  if (group !== undefined) group.members = (group.members as unknown[]).slice(1);
}

test('drift is told by names of attributes, and nothing is written to find it', async () => {
  await work();
  await meddle();
  const before = peer.requests();
  const { run, found } = await survey('drift');
  expect(found).toEqual({
    'person-1': ['differs', 'name'],
    'person-20': ['missing'],
    'person-3': ['lingers', 'active'],
    '/group-1': ['differs', 'members'],
  });
  expect(run).toMatchObject({ state: 'done', outcome: { total: PEOPLE + 1 } });
  expect(run.outcome.counts).toMatchObject({
    read: PEOPLE + 1,
    differing: 2,
    missing: 1,
    lingering: 1,
    unchanged: PEOPLE - 3,
  });
  expect(JSON.stringify(await storage.scim.surveys.findings(connection, run.id, undefined, 100))).not.toContain(
    'Mallory',
  );
  const asked = peer.requests();
  expect(asked).toEqual({ ...before, GET: (before.GET ?? 0) + PEOPLE + 1 });
});

test('a repair makes so again what drifted and touches nothing else; then nothing drifts', async () => {
  await work();
  await meddle();
  const { run: asked } = await survey('drift', true);
  expect(asked).toMatchObject({ state: 'running', scheduled: 4 });
  const before = peer.requests();
  await work();
  const { run } = await result(asked.id);
  expect(run).toMatchObject({
    state: 'done',
    outcome: { counts: { differing: 2, missing: 1, lingering: 1, repaired: 4 } },
  });
  // The group has a member too few, and one by an id that is no more: people came before it.
  expect(peer.requests()).toMatchObject({ POST: (before.POST ?? 0) + 1, PATCH: (before.PATCH ?? 0) + 3 });
  expect(theirs('person-1')).toMatchObject({ name: { familyName: 'person-1' }, title: 'Boss' });
  expect(theirs('person-3').active).toBe(false);
  const events = await storage.database.rows<{ action: string; n: number }>({
    name: 'test_events',
    text: `select action, count(*) as n from scim_event where connection_id = $1 and at >= $2 group by action order by action`,
    values: [connection.id, asked.beganAt],
  });
  expect(events).toEqual([
    { action: 'disabled', n: 1 },
    { action: 'repaired', n: 3 },
  ]);
  expect((await survey('drift')).found).toEqual({});
});

test('a repair lets nobody past the brake: whom it holds works there until an operator allows it', async () => {
  await work();
  await disable(...Array.from({ length: 12 }, (_, n) => `person-${n + 1}`));
  await work();
  const { run } = await survey('drift', true);
  expect(run.outcome.counts).toMatchObject({ lingering: 12 });
  await work();
  expect(await storage.scim.queue.counts(connection)).toMatchObject({ staged: 12, open: 0 });
  expect([...peer.users.values()].filter(({ active }) => active === true)).toHaveLength(PEOPLE);
  expect(await result(run.id)).toMatchObject({ run: { state: 'done', outcome: { counts: { repaired: 0 } } } });
});

test('a preview tells what would be done, with what the brake would hold, and writes nothing there or here', async () => {
  const before = peer.requests();
  const first = await survey('preview');
  expect(first.run.outcome.counts).toMatchObject({ read: PEOPLE + 1, created: PEOPLE + 1, unchanged: 0 });
  await work();
  const made = peer.requests();
  await storage.database.count({
    name: 'test_rename',
    text: `update user_account set last_name = 'Else' where realm_id = $1 and username = 'person-20'`,
    values: [realmId],
  });
  await disable(...Array.from({ length: 12 }, (_, n) => `person-${n + 1}`));
  const second = await survey('preview');
  expect(second.found).toMatchObject({ 'person-20': ['updated', 'displayName', 'name'], 'person-1': ['staged'] });
  expect(second.run.outcome.counts).toMatchObject({ updated: 1, staged: 12, unchanged: PEOPLE - 12 });
  // Only what the worker did between the two wrote anything.
  expect(before).toEqual({ ...before, GET: before.GET });
  expect({ ...peer.requests(), GET: 0 }).toEqual({ ...made, GET: 0 });
  expect(made.POST).toBe((before.POST ?? 0) + PEOPLE + 1);
});

test('a preview may come before a connection is active, and what it meets moves nothing of a paused one', async () => {
  const { stores } = storage;
  await stores.scimConnections.move(realmId, connection.id, 'paused', 'not yet');
  const paused = await stores.scimConnections.byId(realmId, connection.id);
  connection = { ...connection, state: 'paused' };
  expect((await survey('preview')).run).toMatchObject({ state: 'done', outcome: { counts: { created: PEOPLE + 1 } } });
  await stores.scimConnections.setSecret(realmId, connection.id, 'wrong');
  expect((await survey('preview')).run).toMatchObject({ state: 'failed', why: expect.stringContaining('401') });
  expect(await stores.scimConnections.byId(realmId, connection.id)).toEqual(paused);
  await expect(ask('drift')).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('paused') });
});

test('credentials that are refused end a survey with the reason and put the target into quarantine', async () => {
  await work();
  await storage.stores.scimConnections.setSecret(realmId, connection.id, 'wrong');
  const { run } = await survey('drift');
  expect(run).toMatchObject({ state: 'failed', why: expect.stringContaining('401') });
  const quarantined = await storage.stores.scimConnections.byId(realmId, connection.id);
  expect(quarantined?.state).toBe('quarantined');
});

test('an outage is no word on anybody: the survey waits, and goes on where it was', async () => {
  await work();
  peer.users.delete(theirs('person-2').id);
  const { id } = await ask('drift');
  proxy.down = true;
  await go(id);
  expect(await result(id)).toMatchObject({ run: { state: 'running' }, found: {} });
  expect(await storage.scim.surveys.due('target')).toEqual([]);
  proxy.down = false;
  await storage.database.count({
    name: 'test_over',
    text: `update scim_run set lease_until = now() - interval '1 second' where id = $1`,
    values: [id],
  });
  await go(id);
  expect(await result(id)).toMatchObject({ run: { state: 'done' }, found: { 'person-2': ['missing'] } });
});

test('a survey that is cut off goes on after whom it wrote down last, and asks nobody before again', async () => {
  await work();
  const { id } = await ask('drift');
  const stop = new AbortController();
  let asked = 0;
  const cut = { ...parts(), wait: async () => {} };
  const open: typeof cut.open = async (...given) => {
    const send = await cut.open(...given);
    return (request) => {
      asked += 1;
      if (asked === 28) stop.abort();
      return send(request);
    };
  };
  await surveyOn({ ...cut, open }, { realmId, connectionId: connection.id, runId: id }, stop.signal);
  expect(await storage.scim.runs.get(connection, id)).toMatchObject({
    state: 'running',
    outcome: { counts: { read: 25 } },
  });
  asked = 0;
  await surveyOn({ ...parts(), open }, { realmId, connectionId: connection.id, runId: id }, never);
  expect(asked).toBe(PEOPLE + 1 - 25);
  expect(await result(id)).toMatchObject({ run: { state: 'done', outcome: { counts: { read: PEOPLE + 1 } } } });
});
