import type { RealmId } from '@sparekey/contracts';
import { type Preview, previewOf, type ScimConnection, type Subject, workOn } from '@sparekey/provisioning';
import { openStorage, type Storage } from '@sparekey/storage';
import { createTestDatabase, type TestDatabase } from '@sparekey/testing';
import { type ScimPeer, startScimPeer } from '../../test/scim-peer.ts';
import { addRealm, addTarget, fillRealm } from '../../test/scim-realm.ts';
import { scimWorkerParts } from './worker-parts.ts';

const never = new AbortController().signal;

let database: TestDatabase;
let storage: Storage;
let peer: ScimPeer;
let realmId: RealmId;
let connection: ScimConnection<'target'>;

beforeAll(async () => {
  database = await createTestDatabase();
  storage = await openStorage({ databaseUrl: database.url, masterKey: Buffer.alloc(32, 7), poolSize: 4 });
  peer = await startScimPeer({ token: 'peer-token', unique: true });
  realmId = await addRealm(storage);
  await fillRealm(storage, realmId, 4, 1, 2);
  const settings = { baseUrl: peer.url, groups: ['*'], requestsPerSecond: 1000, brake: { count: 0, percent: 0 } };
  connection = await addTarget(storage, realmId, { ...settings, correlate: 'ask' });
});
afterAll(async () => {
  await peer.close();
  await storage.close();
  await database.drop();
});

const parts = () => scimWorkerParts({ storage, outboundAllow: ['127.0.0.0/8'], logger: console });

async function work(): Promise<void> {
  const { queue } = parts();
  for (;;) {
    while ((await queue.fold(5000)) > 0);
    const due = (await queue.due()).find(({ connectionId }) => connectionId === connection.id);
    if (due === undefined) return;
    await workOn(parts(), due, never);
  }
}

const query = (name: string, text: string, ...more: unknown[]) =>
  storage.database.count({ name: `test_${name}`, text, values: [realmId, ...more] });

/** Everything that is kept of the connection here. */
const kept = () =>
  storage.database.rows({
    name: 'test_kept',
    text: `select 'link' as of, to_jsonb(l) as row from scim_link l union all select 'task', to_jsonb(t) from scim_task t
           union all select 'event', to_jsonb(e) from scim_event e order by 1, 2`,
  });

const subject = async (name: string): Promise<Subject> => {
  const row = await storage.database.row<Subject>({
    name: 'test_subject',
    text: `select 'user' as kind, id as "localId" from user_account where realm_id = $1 and username = $2
           union all select 'group', id from "group" where realm_id = $1 and name = $2`,
    values: [realmId, name],
  });
  if (row === undefined) throw new Error(name);
  return row;
};

/** A preview, of which it is proven that it only read. */
async function preview(name: string): Promise<Preview> {
  const [before, asked] = [await kept(), peer.requests()];
  const seen = await previewOf(parts(), connection, await subject(name), never);
  expect({ ...peer.requests(), GET: 0 }).toEqual({ ...asked, GET: 0 });
  expect(await kept()).toEqual(before);
  return seen;
}

test('before the first run a preview tells of somebody who would be made, and of somebody it would ask about', async () => {
  const made = await preview('person-1');
  expect(made.requests.map(({ method }) => method)).toEqual(['POST']);
  expect(made.changes).toContainEqual({ attribute: 'userName', after: 'person-1', isSent: true });
  expect(made.changes.every(({ before }) => before === undefined)).toBe(true);

  peer.users.set('there', { id: 'there', userName: 'person-2', name: { givenName: 'Zoe', familyName: 'person-2' } });
  const asked = await preview('person-2');
  expect(asked.heldBecause).toContain('there');
  expect(asked.changes).toContainEqual({ attribute: 'name.givenName', before: 'Zoe', after: 'First', isSent: true });
  expect(asked.changes.map(({ attribute }) => attribute)).not.toContain('userName');
  expect(asked.requests).toMatchObject([{ method: 'PATCH', path: '/Users/there' }]);
  peer.users.clear();
});

test('afterwards it tells what is there now beside what would be, and what drifted apart from what would be sent', async () => {
  await work();
  expect(await preview('person-1')).toMatchObject({ requests: [], changes: [], heldBecause: undefined });

  await query('rename', `update user_account set last_name = 'Else' where realm_id = $1 and username = 'person-1'`);
  const theirs = [...peer.users.values()].find(({ userName }) => userName === 'person-1');
  Object.assign(theirs ?? {}, { name: { givenName: 'Mallory', familyName: 'person-1' } });
  const changed = await preview('person-1');
  expect(changed.changes).toEqual([
    { attribute: 'displayName', before: 'First person-1', after: 'First Else', isSent: true },
    { attribute: 'name.familyName', before: 'person-1', after: 'Else', isSent: true },
    { attribute: 'name.givenName', before: 'Mallory', after: 'First', isSent: false },
  ]);
  expect(JSON.stringify(changed.requests)).not.toContain('givenName');
});

test('of a group it tells who would come and who would go', async () => {
  const [group] = [...peer.groups.values()];
  const [first] = (group?.members ?? []) as { value: string }[];
  await query(
    'leave',
    `delete from user_group where realm_id = $1 and user_id = (
       select local_id from scim_link where realm_id = $1 and remote_id = $2)`,
    first?.value,
  );
  const { changes, requests } = await preview('group-1');
  expect(changes).toEqual([{ attribute: 'members', before: first?.value, isSent: true }]);
  expect(requests).toMatchObject([{ method: 'PATCH', path: `/Groups/${group?.id}` }]);
});

test('of somebody who would be disabled it tells so, and that the brake would hold it', async () => {
  await query('disable', `update user_account set enabled = false where realm_id = $1 and username = 'person-3'`);
  const { changes, heldBecause } = await preview('person-3');
  expect(changes).toEqual([{ attribute: 'active', before: true, after: false, isSent: true }]);
  expect(heldBecause).toContain('the brake holds it');
});
