import {
  addScimConnection,
  askForSurvey,
  changeScimConnection,
  removeScimConnection,
  type ScimConnection,
  surveyOn,
  type WorkerParts,
  workOn,
} from '@sparekey/provisioning';
import { groupType, userType } from '@sparekey/scim';
import { openStorage, type Storage, type Stores } from '@sparekey/storage';
import { createTestDatabase, type TestDatabase } from '@sparekey/testing';
import { type ScimPeer, startScimPeer } from '../../test/scim-peer.ts';
import { addRealm, addTarget, fillRealm } from '../../test/scim-realm.ts';
import { scimWorkerParts } from './worker-parts.ts';

const actor = { kind: 'operator', name: 'test' } as const;
let database: TestDatabase;
let storage: Storage;
let peer: ScimPeer;
let hr: ScimConnection;
let target: ScimConnection<'target'>;

beforeAll(async () => {
  database = await createTestDatabase();
  storage = await openStorage({ databaseUrl: database.url, masterKey: Buffer.alloc(32, 7), poolSize: 8 });
  peer = await startScimPeer({ token: 'peer-token', unique: true });
});
afterAll(async () => {
  await peer.close();
  await storage.close();
  await database.drop();
});

/** Three people in two groups, a directory `hr` that writes to us, and a target; nobody is anybody's yet. */
async function realmWith(settings: Record<string, unknown>) {
  peer.users.clear();
  peer.groups.clear();
  const realmId = await addRealm(storage);
  await fillRealm(storage, realmId, 3, 2, 3);
  const draft = { name: 'hr', kind: 'server', profile: 'okta', settings: {} } as const;
  hr = await storage.transaction((stores) => addScimConnection(stores, realmId, draft, actor));
  const paced = { baseUrl: peer.url, requestsPerSecond: 1000, groups: ['*'], brake: { count: 0, percent: 0 } };
  target = await addTarget(storage, realmId, { ...paced, ...settings });
}

const workerParts = () => scimWorkerParts({ storage, outboundAllow: ['127.0.0.0/8'], logger: console });

async function work(changed: Partial<WorkerParts> = {}): Promise<void> {
  const parts = { ...workerParts(), ...changed };
  while ((await parts.queue.fold(5000)) > 0);
  const due = { realmId: target.realmId, connectionId: target.id };
  await workOn(parts, due, new AbortController().signal);
}

/** `hr` brought them, or took them over. */
async function ownedByHr(username: string, group: string): Promise<void> {
  const reach = { realmId: hr.realmId, connectionId: hr.id, visibility: 'owned', protectedRoles: [] } as const;
  const named = async (text: string, name: string) =>
    (
      await storage.database.row<{ id: string }>({
        name: 'test_named',
        text,
        values: [hr.realmId, name],
        dynamic: true,
      })
    )?.id ?? '';
  const user = await named('select id from user_account where realm_id = $1 and username = $2', username);
  const crew = await named('select id from "group" where realm_id = $1 and name = $2', group);
  const { scimResources } = storage.stores;
  await scimResources.insert(reach, userType, { id: user, data: { userName: username, active: true } });
  await scimResources.insert(reach, groupType, { id: crew, data: { displayName: group } });
}

const there = () => ({
  people: [...peer.users.values()].map(({ userName, active }) => `${userName} ${active}`).toSorted(),
  groups: [...peer.groups.values()]
    .map(({ displayName, members }) => `${displayName} ${(members as unknown[]).length}`)
    .toSorted(),
});
const everybody = {
  people: ['person-1 true', 'person-2 true', 'person-3 true'],
  groups: ['group-1 3', 'group-2 3'],
};

test('whom a directory brought is not sent to a target that names it, and everybody else is', async () => {
  await realmWith({ exceptFrom: ['hr'] });
  await ownedByHr('person-2', 'group-1');
  await work();
  expect(there()).toEqual({ people: ['person-1 true', 'person-3 true'], groups: ['group-2 2'] });
});

test('to a target that does not name it they are', async () => {
  await realmWith({ exceptFrom: ['somebody-else'] });
  await ownedByHr('person-2', 'group-1');
  await work();
  expect(there()).toEqual(everybody);
});

// Out of scope they would be disabled, and so the directory would be told to disable its own people.
test('whom a directory takes over is left alone in a target that names it, nothing undone and nothing held', async () => {
  await realmWith({ exceptFrom: ['hr'] });
  await work();
  expect(there()).toEqual(everybody);
  await ownedByHr('person-2', 'group-1');
  await storage.scim.queue.scheduleAll(target);
  await work();
  expect(there()).toEqual(everybody);
  expect(await storage.scim.queue.counts(target)).toEqual({ open: 0, dead: 0, staged: 0, asking: 0 });
  expect(await storage.scim.links.deprovisionings(target)).toEqual({ known: 5, wanted: 0 });
  const { realmId, id: connectionId } = target;
  const asked = await storage.transaction((stores) => askForSurvey(stores, target, { kind: 'drift' }, actor));
  const survey = { realmId, connectionId, runId: asked.id };
  await surveyOn(workerParts(), survey, new AbortController().signal);
  const run = await storage.scim.runs.get(target, asked.id);
  expect(run?.outcome.counts).toMatchObject({ read: 5, unchanged: 5, lingering: 0 });
});

test.each([
  ['goes', (stores: Stores) => removeScimConnection(stores, hr, actor)],
  ['gets another name', (stores: Stores) => changeScimConnection(stores, hr, { name: 'staff' }, actor)],
])('when the connection with the directory %s, its people are sent', async (_, change) => {
  await realmWith({ exceptFrom: ['hr'] });
  await ownedByHr('person-2', 'group-1');
  await work();
  await storage.transaction<unknown>(change);
  await work();
  expect(there()).toEqual(everybody);
});

test('whom a source of the very address of the target brought is not sent, until the source has another address', async () => {
  await realmWith({});
  const settings = { baseUrl: peer.url };
  const draft = { name: 'origin', kind: 'source', profile: 'strict', settings, secret: 'x' } as const;
  const source = await storage.transaction((stores) => addScimConnection(stores, hr.realmId, draft, actor));
  const text = 'select id from user_account where realm_id = $1 order by username limit 1';
  const [{ id: localId = '' } = {}] = await storage.database.rows<{ id: string }>({
    name: 'test_first',
    text,
    values: [hr.realmId],
  });
  const link = { remoteId: 'theirs', sent: {}, etag: undefined, active: true, waitsFor: [], disabledAt: undefined };
  await storage.scim.links.save(source, { kind: 'user', localId, ...link });
  await work();
  expect(there().people).toEqual(['person-2 true', 'person-3 true']);
  const elsewhere = { settings: { baseUrl: 'https://elsewhere.example' } };
  await storage.transaction((stores) => changeScimConnection(stores, source, elsewhere, actor));
  await work();
  expect(there()).toEqual(everybody);
});

test('another change of that connection has nobody looked at again', async () => {
  await realmWith({ exceptFrom: ['hr'] });
  await work();
  await work();
  const settings = { tombstoneDays: 7 };
  await storage.transaction((stores) => changeScimConnection(stores, hr, { settings }, actor));
  expect(await storage.scim.queue.due()).not.toContainEqual({ realmId: target.realmId, connectionId: target.id });
});

// It ended there, and whoever waits for it found the groups still to be done.
test('groups are looked at even if the last person is done while it is asked what there is to do', async () => {
  await realmWith({});
  const { queue } = storage.scim;
  const [asked, over] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let [claims, done, ended] = [0, 0, 0];
  await work({
    queue: {
      ...queue,
      async claim(...given) {
        claims += 1;
        const tasks = await queue.claim(...given);
        if (claims !== 2) return tasks;
        expect(tasks).toEqual([]);
        asked.resolve();
        await over.promise;
        // Until whoever waited for the last of them has seen it.
        await new Promise((resolve) => setImmediate(resolve));
        return tasks;
      },
      async done(...given) {
        done += 1;
        if (done > 1) await asked.promise;
        await queue.done(...given);
      },
    },
    onTask() {
      ended += 1;
      if (ended === 3) over.resolve();
    },
  });
  expect(there()).toEqual(everybody);
});
