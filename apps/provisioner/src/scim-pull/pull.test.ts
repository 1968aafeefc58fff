import type { RealmId } from '@sparekey/contracts';
import { type PullParts, pullFrom, type ScimConnection } from '@sparekey/provisioning';
import { openStorage, type Storage } from '@sparekey/storage';
import { createTestDatabase, type TestDatabase } from '@sparekey/testing';
import { type ScimPeer, startScimPeer } from '../../test/scim-peer.ts';
import { addRealm, addSource } from '../../test/scim-realm.ts';
import { scimPullParts } from './job.ts';

let database: TestDatabase;
let storage: Storage;
let peer: ScimPeer;
let realmId: RealmId;
const never = new AbortController().signal;
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

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

beforeEach(async () => {
  peer.users.clear();
  peer.groups.clear();
  realmId = await addRealm(storage);
});

const source = (settings: Record<string, unknown> = {}) =>
  addSource(storage, realmId, { baseUrl: peer.url, ...settings });

/** One person there, known by a number. */
function there(n: number, more: Record<string, unknown> = {}): void {
  const name = `ada-${n}`;
  peer.users.set(`r${n}`, {
    id: `r${n}`,
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    externalId: `hr-${n}`,
    userName: name,
    name: { givenName: 'Ada', familyName: `Number ${n}` },
    emails: [{ type: 'work', value: `${name}@acme.example`, primary: true }],
    active: true,
    ...more,
  });
}

function groupThere(id: string, displayName: string, members: readonly string[]): void {
  peer.groups.set(id, {
    id,
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName,
    members: members.map((value) => ({ value })),
  });
}

async function read({ id }: ScimConnection, changed: Partial<PullParts> = {}) {
  const parts = scimPullParts({ storage, outboundAllow: ['127.0.0.0/8'], logger: console });
  const due = (await parts.pulls.due()).find(({ connectionId }) => connectionId === id);
  return due && pullFrom({ ...parts, ...changed }, due, never);
}

/** The next full reading is due now, and nobody waits any more. */
async function dueAgain({ id }: ScimConnection): Promise<void> {
  await storage.database.count({
    name: 'test_due_again',
    text: `update scim_pace set pulled_at = 'epoch', pulled_full_at = 'epoch', not_before = '-infinity' where connection_id = $1`,
    values: [id],
  });
}

async function readAgain(connection: ScimConnection) {
  await dueAgain(connection);
  const run = await read(connection);
  if (run === undefined) throw new Error('nothing was due');
  return run;
}

const here = () =>
  storage.database.rows<{
    username: string;
    email: string | null;
    enabled: boolean;
    attributes: Record<string, string[]>;
  }>({
    name: 'test_here',
    text: `select username, email, enabled, attributes from user_account where realm_id = $1 order by username`,
    values: [realmId],
  });
const enabled = async () => (await here()).filter((person) => person.enabled).map(({ username }) => username);
const groups = async () =>
  storage.database.rows<{ path: string; members: string[] }>({
    name: 'test_groups_here',
    text: `select g.path, array(select u.username from user_group ug join user_account u on u.realm_id = $1 and u.id = ug.user_id
             where ug.realm_id = $1 and ug.group_id = g.id order by u.username)::text[] as members
           from "group" g where g.realm_id = $1 order by g.path`,
    values: [realmId],
  });

test('people and groups of a source come to be here, and a second reading writes nothing', async () => {
  for (const n of [1, 2, 3]) there(n);
  there(4, { active: false, [enterprise]: { department: 'Ops' } });
  groupThere('g1', 'Staff', ['r1', 'r2', 'nobody']);
  const connection = await source();
  const first = await read(connection);
  expect(first).toMatchObject({
    state: 'done',
    kind: 'pull',
    outcome: { counts: { created: 5, failed: {} }, problems: [] },
  });
  expect(await enabled()).toEqual(['ada-1', 'ada-2', 'ada-3']);
  expect(await groups()).toEqual([{ path: '/Staff', members: ['ada-1', 'ada-2'] }]);
  const again = await readAgain(connection);
  expect(again.outcome.counts).toMatchObject({ read: 5, unchanged: 5, created: 0, updated: 0 });
});
