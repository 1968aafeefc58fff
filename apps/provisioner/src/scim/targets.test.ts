import type { RealmId } from '@sparekey/contracts';
import { defaultMapping, type ScimConnection, workOn } from '@sparekey/provisioning';
import { openStorage, type Storage } from '@sparekey/storage';
import { createTestDatabase, type TestDatabase } from '@sparekey/testing';
import { type AuthFront, startAuthFront } from '../../test/auth-front.ts';
import { type ScimPeer, startScimPeer } from '../../test/scim-peer.ts';
import { addRealm, addTarget, fillRealm } from '../../test/scim-realm.ts';
import { type Seen, type StrictFront, startStrictFront } from '../../test/strict-front.ts';
import { aws, googleCloud, keycloak, plain, type TargetRules, withoutPatch } from '../../test/target-rules.ts';
import { scimWorkerParts } from './worker-parts.ts';

const user = 'urn:ietf:params:scim:schemas:core:2.0:User';
const group = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];

let database: TestDatabase;
let storage: Storage;
let peer: ScimPeer;
let authority: AuthFront;
let front: StrictFront;
let realmId: RealmId;
let connection: ScimConnection<'target'>;

beforeAll(async () => {
  database = await createTestDatabase();
  storage = await openStorage({ databaseUrl: database.url, masterKey: Buffer.alloc(32, 7), poolSize: 8 });
  peer = await startScimPeer({ token: 'peer-token', unique: true });
  authority = await startAuthFront(peer.url, 'peer-token');
  authority.opens = (authorization) => authorization === 'Bearer peer-token';
  front = await startStrictFront(authority.url, plain);
});
afterAll(async () => {
  await front.close();
  await authority.close();
  await peer.close();
  await storage.close();
  await database.drop();
});

/** A target of these rules, and a realm with a group of everybody that is to be there. */
async function target(rules: TargetRules, profile: string, people: number, settings: Record<string, unknown> = {}) {
  peer.users.clear();
  peer.groups.clear();
  Object.assign(front, { rules, before: () => {} });
  realmId = await addRealm(storage);
  await fillRealm(storage, realmId, people, 1, people);
  const paced = { requestsPerSecond: 1000, maxInFlight: 8, brake: { count: 1000 } };
  connection = await addTarget(storage, realmId, { baseUrl: front.url, groups: ['*'], ...paced, ...settings }, profile);
}

/** Works until nothing is left to do; returns what came over the wire. */
async function work(): Promise<Seen[]> {
  const parts = scimWorkerParts({ storage, outboundAllow: ['127.0.0.0/8'], logger: console });
  const due = { realmId, connectionId: connection.id };
  [front.seen.length, front.refused.length] = [0, 0];
  const isDue = async () => (await parts.queue.due()).some(({ connectionId }) => connectionId === connection.id);
  while ((await parts.queue.fold(5000)) > 0 || (await isDue())) {
    await workOn({ ...parts, random: () => 0 }, due, new AbortController().signal);
  }
  return [...front.seen];
}

const statement = (text: string, ...more: unknown[]) =>
  storage.database.count({ name: 'test_statement', text, values: [realmId, ...more], dynamic: true });
const rename = () => statement(`update "group" set name = 'renamed' where realm_id = $1`);
const empty = () => statement('delete from user_group where realm_id = $1');
const writes = (requests: Seen[]) => requests.filter(({ method }) => method !== 'GET');
const theGroup = () => [...peer.groups.values()][0] as { id: string; members?: { value: string }[] };
const ids = () => [...peer.users.keys()].toSorted();
const membersThere = () => (theGroup().members ?? []).map(({ value }) => value).toSorted();
const idOf = async (name: string) => {
  const text = `select id from user_account where realm_id = $1 and username = $2
    union all select id from "group" where realm_id = $1 and name = $2`;
  const values = [realmId, name];
  return (await storage.database.row<{ id: string }>({ name: 'test_id', text, values }))?.id ?? '';
};
/** Operations of each PATCH of a group. */
const patches = (requests: Seen[]) =>
  requests
    .filter(({ method, path }) => method === 'PATCH' && path.startsWith('/Groups'))
    .map(({ body }) => body?.Operations as Record<string, unknown>[]);
/** Requests that ask for one of these, say them or go to them. */
const about = (requests: Seen[], ...words: string[]) =>
  requests.filter(({ path, query, body }) => {
    const said = `${path} ${query.filter} ${JSON.stringify(body)}`;
    return words.some((word) => said.includes(word));
  });
/** How many of each operation, by its path without the ids in it. */
const shape = (operations: readonly Record<string, unknown>[]) =>
  operations.map(({ op, path, value }) => [op, path, Array.isArray(value) ? value.length : value]);

test('T1: AWS is searched by one attribute and without pages, has one value of each, and a hundred members at a time by name', async () => {
  const mapping = {
    user: [...defaultMapping.user, { target: 'emails[type eq "home"].value', value: '"a@home.example"' }],
  };
  await target(aws, 'aws', 101, { mapping });
  const first = await work();
  expect(front.refused).toEqual([]);
  const [id, groupId] = [await idOf('person-7'), await idOf('group-1')];
  expect(about(first, id, '"person-7"')).toEqual([
    { method: 'GET', path: '/Users', query: { filter: `externalId eq "${id}"` }, body: undefined },
    { method: 'GET', path: '/Users', query: { filter: 'userName eq "person-7"' }, body: undefined },
    {
      method: 'POST',
      path: '/Users',
      query: {},
      body: {
        schemas: [user],
        active: true,
        displayName: 'First person-7',
        emails: [{ primary: true, type: 'work', value: 'person-7@acme.example' }],
        externalId: id,
        name: { familyName: 'person-7', givenName: 'First' },
        userName: 'person-7',
      },
    },
  ]);
  expect(first.filter(({ path, method }) => path === '/Groups' && method === 'POST')).toMatchObject([
    { body: { schemas: [group], displayName: 'group-1', externalId: groupId } },
  ]);
  expect(patches(first).map(shape)).toEqual([[['add', 'members', 100]], [['add', 'members', 1]]]);
  expect(membersThere()).toEqual(ids());

  await rename();
  await empty();
  const second = await work();
  expect(front.refused).toEqual([]);
  expect(patches(second).map(shape)).toEqual([
    [
      ['replace', 'displayName', 'renamed'],
      ['remove', 'members', 100],
    ],
    [['remove', 'members', 1]],
  ]);
  expect(theGroup()).toMatchObject({ displayName: 'renamed' });
  expect(membersThere()).toEqual([]);
});

test('T2: Keycloak is told members by PATCH alone, a hundred operations at a time, and of them by who asks for them; its tokens are for its own address', async () => {
  const authentication = { method: 'client_credentials', tokenUrl: authority.tokenUrl, clientId: 'sync' };
  authority.opens = (authorization) => {
    const token = Number(/^Bearer token-(\d+)$/.exec(authorization)?.[1]);
    return authority.grants[token - 1]?.form.audience === front.url;
  };
  await target(keycloak, 'keycloak', 101, { authentication });
  const first = await work();
  expect(front.refused).toEqual([]);
  expect(new Set(authority.grants.map(({ form }) => form.audience))).toEqual(new Set([front.url]));
  expect(first.filter(({ path, method }) => path === '/Groups' && method === 'GET')).toMatchObject([
    { query: { startIndex: '1', count: '5', attributes: 'externalId,displayName,members' } },
    { query: { filter: 'displayName eq "group-1"', attributes: 'externalId,displayName,members' } },
  ]);
  const [created] = first.filter(({ path, method }) => path === '/Groups' && method === 'POST');
  expect(created?.body).toEqual({ schemas: [group], displayName: 'group-1', externalId: await idOf('group-1') });
  expect(patches(first).map(shape)).toEqual([[['add', 'members', 100]], [['add', 'members', 1]]]);

  await empty();
  const second = await work();
  expect(front.refused).toEqual([]);
  const sent = patches(second);
  expect(sent.map((operations) => operations.length)).toEqual([100, 1]);
  expect(sent.flat().map(({ path }) => path)).toEqual(ids().map((id) => `members[value eq "${id}"]`));
  expect(membersThere()).toEqual([]);
});

test('T2: a small group of Keycloak is made without members as well, and of one that is taken over only its own are left', async () => {
  await target(keycloak, 'keycloak', 2, {});
  authority.opens = (authorization) => authorization === 'Bearer peer-token';
  peer.users.set('stranger', { id: 'stranger', userName: 'stranger' });
  peer.groups.set('theirs', { id: 'theirs', displayName: 'group-1', members: [{ value: 'stranger' }] });
  front.rules = { ...keycloak, groupPaths: { ...keycloak.groupPaths, replace: /^(displayName|externalId)$/ } };
  await statement(`with made as (
      insert into "group" (realm_id, name, path, attributes) values ($1, 'group-2', '/group-2', '{}') returning id
    ) insert into user_group (realm_id, user_id, group_id) select $1, u.id, made.id from user_account u, made where u.realm_id = $1`);
  await work();
  expect(front.refused).toEqual([]);
  const everybody = ids().filter((id) => id !== 'stranger');
  expect([...peer.groups.values()].map((each) => each.members)).toEqual([
    everybody.map((value) => expect.objectContaining({ value })),
    everybody.map((value) => expect.objectContaining({ value })),
  ]);
});

test('T3: Google is searched by name alone, told one member at a time, and sent no ETag', async () => {
  await target(googleCloud, 'google_cloud', 3);
  peer.groups.set('theirs', { id: 'theirs', displayName: 'group-1' });
  const first = await work();
  // The one thing that is tried: whom it cannot find by externalId it is asked for by name.
  expect(front.refused).toHaveLength(3);
  expect(new Set(front.refused.map((why) => why.slice(0, 'GET /Users: externalId'.length)))).toEqual(
    new Set(['GET /Users: externalId']),
  );
  expect(first.filter(({ query }) => Object.keys(query).some((name) => name !== 'filter'))).toEqual([]);
  const [one, two, three] = ids().map((value) => ({ op: 'add', path: 'members', value: [{ value }] }));
  expect(patches(first)).toEqual([
    [{ op: 'add', path: 'externalId', value: await idOf('group-1') }, one],
    [two],
    [three],
  ]);
  expect([peer.groups.size, membersThere()]).toEqual([1, ids()]);

  await rename();
  await empty();
  await statement(`update user_account set first_name = 'Else', last_name = 'Where' where realm_id = $1`);
  const second = await work();
  expect(front.refused).toEqual([]);
  const [gone, ...others] = ids().map((id) => [{ op: 'remove', path: `members[value eq "${id}"]` }]);
  expect(patches(second.filter(({ path }) => path === '/Groups/theirs'))).toEqual([
    [{ op: 'replace', path: 'displayName', value: 'renamed' }, ...(gone ?? [])],
    ...others,
  ]);
  expect(membersThere()).toEqual([]);
});

test.each([
  ['says so', withoutPatch],
  ['does not say so', { ...withoutPatch, announces: plain.announces }],
])(
  'T4: a target without PATCH that %s gets whole groups, also empty ones, and what was sent counts',
  async (_, rules) => {
    await target(rules, 'strict', 2);
    await work();
    expect(membersThere()).toEqual(ids());
    await empty();
    const sent = writes(await work()).filter(({ method }) => method === 'PUT');
    const put = { schemas: [group], displayName: 'group-1', externalId: await idOf('group-1'), members: [] };
    expect(sent).toEqual([{ method: 'PUT', path: `/Groups/${theGroup().id}`, query: {}, body: put }]);
    expect(membersThere()).toEqual([]);
    await storage.scim.queue.scheduleAll(connection);
    expect(writes(await work())).toEqual([]);
  },
);

test('T5: whoever turns out to be there already is looked for by name, taken over, and known by their id from then on', async () => {
  await target(plain, 'strict', 2, { groups: [] });
  front.before = ({ method, body }) => {
    if (method !== 'POST' || body?.userName !== 'person-2') return;
    peer.users.set('theirs', { id: 'theirs', userName: 'person-2', active: true });
  };
  const id = await idOf('person-2');
  const requests = about(await work(), id, '"person-2"', 'theirs');
  expect(requests.map(({ method, path, query }) => [method, path, query.filter])).toEqual([
    ['GET', '/Users', `externalId eq "${id}"`],
    ['GET', '/Users', 'userName eq "person-2"'],
    ['POST', '/Users', undefined],
    ['GET', '/Users', `externalId eq "${id}"`],
    ['GET', '/Users', 'userName eq "person-2"'],
    ['PATCH', '/Users/theirs', undefined],
  ]);
  expect(peer.users.size).toBe(2);
  expect(peer.users.get('theirs')).toMatchObject({ externalId: id, name: { familyName: 'person-2' } });
  expect(await storage.scim.links.get(connection, { kind: 'user', localId: id })).toMatchObject({ remoteId: 'theirs' });
  await statement(`update user_account set last_name = 'Else' where realm_id = $1 and id = $2`, id);
  expect((await work()).map(({ method, path, body }) => [method, path, body])).toEqual([
    ['PATCH', '/Users/theirs', { schemas, Operations: expect.any(Array) }],
  ]);
});
