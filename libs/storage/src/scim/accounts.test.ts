import type { GroupId, UserId } from '@sparekey/contracts';
import type { ScimReach } from '@sparekey/provisioning';
import { fold, groupType, userType } from '@sparekey/scim';
import fc from 'fast-check';
import { scimPeople } from '../../../testing/src/index.ts';
import { addRealm, addUser, openTestStorage, type TestStorage } from '../../test/fixtures.ts';
import { addServer } from '../../test/scim.ts';
import type { Storage } from '../storage.ts';

let opened: TestStorage;
let storage: Storage;
let reach: ScimReach;

beforeAll(async () => {
  opened = await openTestStorage();
  storage = opened.storage;
  reach = await addServer(storage, (await addRealm(storage)).id);
});
afterAll(() => opened.close());

async function person(username: string, data: object = {}): Promise<UserId> {
  const { id } = await addUser(storage, reach.realmId, { username });
  await storage.stores.scimResources.insert(reach, userType, {
    id,
    data: { userName: username, active: true, ...data },
  });
  return id;
}

const find = (id: string) => storage.stores.scimResources.find(reach, userType, id);

test('the database folds text as the engine does', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.constantFrom(...scimPeople.words), fc.string({ unit: 'grapheme' })), async (text) => {
      // PostgreSQL keeps no null character, and no half of a pair.
      fc.pre(!text.includes('\0') && text.isWellFormed());
      const row = await storage.database.row<{ folded: string }>({
        name: 'fold',
        text: 'select scim_fold($1) as folded',
        values: [text],
      });
      expect(row?.folded).toBe(fold(text));
    }),
    { numRuns: 300 },
  );
});

test('what another door changes of a person is told, with a new version and time', async () => {
  const id = await person('door', {
    title: 'Dr',
    emails: [
      { value: 'h@x.example', type: 'home' },
      { value: 'w@x.example', type: 'work' },
    ],
  });
  const before = await find(id);
  const user = await storage.stores.users.byId(reach.realmId, id);
  if (user === undefined) throw new Error('no user');
  await storage.stores.users.update({
    ...user,
    username: 'Door2',
    firstName: 'Ada',
    email: 'New@x.example',
    enabled: false,
  });
  const after = await find(id);
  expect(after?.data).toEqual({
    userName: 'Door2',
    title: 'Dr',
    name: { givenName: 'Ada' },
    active: false,
    emails: [
      { value: 'h@x.example', type: 'home' },
      { value: 'New@x.example', type: 'work' },
    ],
  });
  expect(after?.version).toBeGreaterThan(before?.version ?? 0);
  expect(after?.modifiedAt.getTime()).toBeGreaterThan(before?.modifiedAt.getTime() ?? 0);
});

test('what changes nothing that is told leaves version and time', async () => {
  const id = await person('still');
  const before = await find(id);
  const user = await storage.stores.users.byId(reach.realmId, id);
  if (user === undefined) throw new Error('no user');
  await storage.stores.users.update({ ...user, requiredActions: ['UPDATE_PASSWORD'], enabled: true });
  expect(await find(id)).toEqual(before);
});

test('a deleted person leaves a tombstone that says nothing of them, whichever door deleted', async () => {
  const id = await person('gone', { title: 'secret' });
  await storage.stores.users.remove(reach.realmId, id);
  expect(await find(id)).toBeUndefined();
  const [stone] = await storage.stores.scimResources.deleted(reach, { since: new Date(0), limit: 10 });
  expect(stone).toEqual({ id, resourceType: 'User', deletedAt: expect.any(Date), place: expect.any(String) });
});

test('a tombstone goes when its connection says so, and a year after the deletion when the connection is gone', async () => {
  const { id: realmId } = await addRealm(storage);
  const mine = await addServer(storage, realmId);
  const bury = (username: string, of: ScimReach | undefined, days: number) =>
    storage.database.count({
      name: 'test_bury',
      text: `insert into scim_tombstone (realm_id, id, connection_id, resource_type, deleted_at)
             values ($1, uuidv7(), $2, $3, now() - make_interval(days => $4))`,
      values: [realmId, of?.connectionId, username, days],
    });
  await storage.database.count({
    name: 'test_tombstone_days',
    text: `update scim_connection set settings = settings || '{"tombstoneDays": 30}' where id = $1`,
    values: [mine.connectionId],
  });
  for (const days of [29, 31]) await bury(`own-${days}`, mine, days);
  for (const days of [364, 366]) await bury(`orphan-${days}`, undefined, days);
  expect([await storage.housekeeping.sweepTombstones(10), await storage.housekeeping.sweepTombstones(10)]).toEqual([
    2, 0,
  ]);
  const left = await storage.database.rows<{ name: string }>({
    name: 'test_left',
    text: 'select resource_type as name from scim_tombstone where realm_id = $1 order by 1',
    values: [realmId],
  });
  expect(left.map(({ name }) => name)).toEqual(['orphan-364', 'own-29']);
});

test('a change of members is a change of the group, once for a statement', async () => {
  const group = await storage.stores.groups.create({ realmId: reach.realmId, name: 'Crew', attributes: {}, roles: [] });
  await storage.stores.scimResources.insert(reach, groupType, { id: group.id, data: { displayName: 'Crew' } });
  const version = async () => (await storage.stores.scimResources.find(reach, groupType, group.id))?.version ?? 0;
  const first = await version();
  const ids = [await person('m1'), await person('m2')];
  expect(await storage.stores.scimMembers.add(reach, group.id, ids)).toBeUndefined();
  expect(await version()).toBe(first + 1);
  await storage.stores.scimMembers.add(reach, group.id, ids);
  expect(await version()).toBe(first + 1);
  await storage.stores.scimMembers.replace(reach, group.id, ids.slice(1));
  expect(await version()).toBe(first + 2);
  expect((await storage.stores.scimMembers.page(reach, group.id, { limit: 10 })).map(({ value }) => value)).toEqual([
    ids[1],
  ]);
  expect([...(await storage.stores.scimMembers.groupsOf(reach, ids)).keys()]).toEqual([ids[1]]);
});

describe('Out of reach', () => {
  test('are people of another connection, of none, administrators, and groups that make one', async () => {
    const { id: realmId } = await addRealm(storage);
    const [mine, other] = [await addServer(storage, realmId), await addServer(storage, realmId)];
    const own = { ...mine, protectedRoles: ['admin'] };
    const add = async (username: string, by?: ScimReach) => {
      const { id } = await addUser(storage, realmId, { username });
      if (by)
        await storage.stores.scimResources.insert(by, userType, { id, data: { userName: username, active: true } });
      return id;
    };
    const [ours, theirs, nobodys, admin, indirect] = [
      await add('ours', mine),
      await add('theirs', other),
      await add('nobodys'),
      await add('admin', mine),
      await add('indirect', mine),
    ];
    const role = await storage.stores.roles.create({ realmId, name: 'admin', attributes: {}, composites: [] });
    const outer = await storage.stores.roles.create({ realmId, name: 'outer', attributes: {}, composites: [] });
    await storage.stores.roles.compose(realmId, outer.id, [role.id]);
    await storage.stores.users.grantRole(realmId, admin, role.id);
    const group = await storage.stores.groups.create({ realmId, name: 'Admins', attributes: {}, roles: [outer.id] });
    const below = await storage.stores.groups.create({
      realmId,
      name: 'Below',
      parentId: group.id,
      attributes: {},
      roles: [],
    });
    await storage.stores.users.joinGroup(realmId, indirect, below.id);
    const seen = async (reachOf: ScimReach) =>
      (await storage.stores.scimResources.page(reachOf, userType, { limit: 10 })).records.map(({ id }) => id).sort();
    expect(await seen(own)).toEqual([ours]);
    expect(await seen({ ...own, visibility: 'realm' })).toEqual([ours, nobodys].sort());
    expect(await seen({ ...own, visibility: 'realm', protectedRoles: [] })).toEqual(
      [ours, nobodys, admin, indirect].sort(),
    );
    const groups = await storage.stores.scimResources.page({ ...own, visibility: 'realm' }, groupType, { limit: 10 });
    expect(groups.records).toEqual([]);
    for (const id of [theirs, admin, indirect])
      expect(await storage.stores.scimResources.find({ ...own, visibility: 'realm' }, userType, id)).toBeUndefined();
    expect(
      await storage.stores.scimMembers.add({ ...own, visibility: 'realm', protectedRoles: [] }, group.id as GroupId, [
        theirs,
      ]),
    ).toBe(theirs);
  });
});

test('a person whom no directory wrote is told of by the account', async () => {
  const { id } = await addUser(storage, reach.realmId, { username: 'plain', email: 'p@x.example', lastName: 'L' });
  const found = await storage.stores.scimResources.find({ ...reach, visibility: 'realm' }, userType, id);
  expect(found).toMatchObject({
    data: {
      userName: 'plain',
      active: true,
      name: { familyName: 'L' },
      emails: [{ value: 'p@x.example', type: 'work', primary: true }],
    },
    version: 0,
    isOwned: false,
  });
});
