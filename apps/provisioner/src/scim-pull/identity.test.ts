import { defaultPolicy } from '@sparekey/policy';
import { type ListingSource, startListingSource } from '../../test/listing-source.ts';
import { enterprise, group, person, SourceRealm } from '../../test/source-realm.ts';

let here: SourceRealm;
let there: ListingSource;

beforeAll(async () => {
  here = await SourceRealm.open();
});
afterAll(() => here.close());
beforeEach(async () => {
  there = await startListingSource();
  await here.begin();
});
afterEach(() => there.close());

const own = (username: string, enabled = true) =>
  here.query(
    'own',
    `insert into user_account (realm_id, username, username_norm, email, email_norm, email_verified, last_name,
       phone_number_verified, enabled, attributes, required_actions)
     values ($1, $2, $2, $2 || '@own.example', $2 || '@own.example', true, 'Own', false, $3, '{}', '{}')`,
    username,
    enabled,
  );

/** Gives somebody here a role that the policy calls privileged. */
async function privileged(username: string): Promise<void> {
  const { stores } = here.storage;
  const realm = await stores.realms.byId(here.realmId);
  const role = await stores.roles.create({
    realmId: here.realmId,
    name: 'boss',
    attributes: {},
    composites: [],
  });
  const user = await stores.users.byLogin(here.realmId, username);
  if (realm === undefined || user === undefined) throw new Error('a realm and a person');
  await stores.users.grantRole(here.realmId, user.id, role.id);
  const policy = { ...defaultPolicy, recovery: { ...defaultPolicy.recovery, privilegedRoles: ['boss'] } };
  await stores.policies.save({ realmId: here.realmId, version: 1, changes: [], changedBy: 'test', policy });
}

describe('somebody of the same name who is here already', () => {
  test('is taken over by `adopt`, keeps what the source does not name, and stays off when they were off', async () => {
    await own('ada-1');
    await own('ada-2', false);
    await here.query('phone', `update user_account set phone_number = '+41791234567' where realm_id = $1`);
    there.users = [person(1), person(2)];
    await here.source(there.url, { correlate: 'adopt' });
    expect((await here.reads()).outcome.counts).toMatchObject({ adopted: 2, created: 0 });
    expect(await here.people()).toMatchObject([
      { username: 'ada-1', enabled: true, lastName: 'Number 1', email: 'ada-1@acme.example', emailVerified: false },
      { username: 'ada-2', enabled: false, lastName: 'Number 2' },
    ]);
    const phones = await here.rows('phones', 'select phone_number from user_account where realm_id = $1');
    expect(phones).toEqual(Array(2).fill({ phone_number: '+41791234567' }));
  });

  test('is left alone by `refuse`, and the run says so', async () => {
    await own('ada-1');
    there.users = [person(1), person(2)];
    await here.source(there.url, { correlate: 'refuse' });
    const { outcome } = await here.reads();
    expect(outcome.counts).toMatchObject({ created: 1, failed: { conflict: 1 } });
    expect(outcome.problems).toEqual([
      { kind: 'user', remoteId: 'r1', failure: 'conflict', why: 'a user of this name is here already' },
    ]);
    expect((await here.people())[0]).toMatchObject({ lastName: 'Own' });
  });

  test('is asked about by default, once, and taken over when it is allowed, without another reading', async () => {
    await own('ada-1');
    there.users = [person(1)];
    await here.source(there.url);
    expect((await here.reads()).outcome.counts).toMatchObject({ asked: 1, adopted: 0 });
    expect((await here.readsAgain()).outcome.counts).toMatchObject({ asked: 1 });
    expect(await here.tasks()).toMatchObject([
      { state: 'asking', name: 'ada-1', why: 'may the user r1 of the other side take it over?' },
    ]);
    const events = await here.rows('events', `select action from scim_event where realm_id = $1 and action = 'asked'`);
    expect(events).toHaveLength(1);
    expect((await here.people())[0]).toMatchObject({ lastName: 'Own' });
    await here.allow();
    there.asked.length = 0;
    expect(await here.read()).toBeUndefined();
    expect(there.asked).toEqual(['/Users/r1']);
    expect((await here.people())[0]).toMatchObject({ lastName: 'Number 1' });
    expect(await here.tasks()).toEqual([]);
    expect(await here.read()).toBeUndefined();
  });

  test('is not asked about any more when nobody there wants them', async () => {
    await own('ada-1');
    there.users = [person(1), person(2)];
    there.groups = [group('g1', 'Staff', [])];
    await here.source(there.url);
    await here.reads();
    there.users = [person(2)];
    await here.readsAgain();
    expect(await here.tasks()).toEqual([]);
  });

  test('and is an administrator stays as they are, whatever the source says of them', async () => {
    await own('ada-1');
    await privileged('ada-1');
    there.users = [person(1, { active: false }), person(2)];
    there.groups = [group('g1', 'Staff', ['r1', 'r2'])];
    await here.source(there.url);
    const { outcome } = await here.reads();
    expect(outcome.counts).toMatchObject({ created: 2, failed: { conflict: 1 } });
    expect((await here.people())[0]).toMatchObject({ username: 'ada-1', enabled: true, lastName: 'Own' });
    expect(await here.groups()).toEqual([{ path: '/Staff', members: ['ada-2'] }]);
  });

  test('and belongs to another source stays with it', async () => {
    there.users = [person(1)];
    await here.source(there.url);
    await here.reads();
    const other = await startListingSource();
    other.users = [{ ...person(1), id: 'x1', name: { givenName: 'Eve', familyName: 'Else' } }];
    await here.query('rename', `update scim_connection set name = 'first' where realm_id = $1`);
    await here.source(other.url);
    expect((await here.reads()).outcome.counts).toMatchObject({ failed: { conflict: 1 }, created: 0, adopted: 0 });
    expect(await here.people()).toMatchObject([{ lastName: 'Number 1' }]);
    await other.close();
  });
});

test('whoever becomes an administrator is out of reach from then on, and their group keeps them', async () => {
  there.users = [person(1), person(2)];
  there.groups = [group('g1', 'Staff', ['r1', 'r2'])];
  await here.source(there.url);
  await here.reads();
  await privileged('ada-1');
  there.users = [person(1, { active: false }), person(2)];
  there.groups = [group('g1', 'Staff and more', ['r1', 'r2'])];
  const { outcome } = await here.readsAgain();
  expect(outcome.problems).toMatchObject([
    { remoteId: 'r1', why: 'is an administrator here by now, or of another directory' },
  ]);
  expect(await here.enabled()).toEqual(['ada-1', 'ada-2']);
  there.users = [person(2)];
  await here.readsAgain();
  expect(await here.enabled()).toEqual(['ada-1', 'ada-2']);
  expect(await here.groups()).toEqual([{ path: '/Staff and more', members: ['ada-1', 'ada-2'] }]);
});

test('somebody who was let go and comes again under another id is the same person', async () => {
  there.users = [person(1), person(2)];
  await here.source(there.url);
  await here.reads();
  there.users = [person(2)];
  await here.readsAgain();
  expect(await here.enabled()).toEqual(['ada-2']);
  there.users = [{ ...person(1), id: 'again' }, person(2)];
  await here.readsAgain();
  expect(await here.enabled()).toEqual(['ada-1', 'ada-2']);
  expect(await here.people()).toHaveLength(2);
});

test('two there who are the same person here are a conflict, and the first one stays', async () => {
  there.users = [person(1), { ...person(1), id: 'twin', name: { givenName: 'Ada', familyName: 'Twin' } }];
  await here.source(there.url);
  const { outcome } = await here.reads();
  expect(outcome.problems).toMatchObject([
    { remoteId: 'twin', failure: 'conflict', why: 'is the same user here as r1' },
  ]);
  expect(await here.people()).toMatchObject([{ lastName: 'Number 1' }]);
});

test('a source of an organization brings its people into it, and reaches nobody else of the realm', async () => {
  const { organizations } = here.storage.stores;
  const { id } = await organizations.create({
    realmId: here.realmId,
    alias: 'acme',
    name: 'Acme',
    enabled: true,
    domains: [],
    attributes: {},
  });
  await own('ada-1');
  there.users = [person(1), person(2)];
  there.groups = [group('g1', 'Staff', ['r1', 'r2'])];
  await here.source(there.url, { correlate: 'adopt' }, { organizationId: id });
  expect((await here.reads()).outcome.counts).toMatchObject({ created: 2, adopted: 0, failed: { conflict: 1 } });
  expect((await here.people())[0]).toMatchObject({ username: 'ada-1', lastName: 'Own' });
  const members = await organizations.members(here.realmId, id);
  const ada = await here.storage.stores.users.byLogin(here.realmId, 'ada-2');
  expect(members).toEqual([ada?.id]);
  expect(await here.groups()).toEqual([{ path: '/Staff', members: ['ada-2'] }]);
});

test('an address that the source moves counts as verified only with `trustEmail`', async () => {
  there.users = [person(1)];
  await here.source(there.url, { trustEmail: true });
  await here.reads();
  expect(await here.people()).toMatchObject([{ emailVerified: true }]);
});

test('what the mapping names is as the source has it again with the next reading, and what it does not name stays', async () => {
  there.users = [person(1)];
  await here.source(there.url);
  await here.reads();
  await here.query(
    'own_name',
    `update user_account set last_name = 'Own', phone_number = '+41791234567' where realm_id = $1`,
  );
  expect((await here.readsAgain()).outcome.counts).toMatchObject({ updated: 1 });
  const accounts = await here.rows('after', 'select last_name, phone_number from user_account where realm_id = $1');
  expect(accounts).toEqual([{ last_name: 'Number 1', phone_number: '+41791234567' }]);
});

describe('who refers to whom', () => {
  test('a manager and the members of a group may come after them', async () => {
    there.users = [person(1, { [enterprise]: { manager: { value: 'r2' } } }), person(2)];
    there.groups = [group('g1', 'Parent', ['r1', 'g2', 'nobody']), group('g2', 'Child', ['r2'])];
    await here.source(there.url, { pageSize: 1 });
    await here.reads();
    const [managed] = await here.rows<{ manager: string }>(
      'manager',
      `select r.data -> $2 -> 'manager' ->> 'value' = u2.id::text as manager
       from scim_resource r join user_account u on u.realm_id = r.realm_id and u.id = r.id and u.username = 'ada-1'
       join user_account u2 on u2.realm_id = r.realm_id and u2.username = 'ada-2' where r.realm_id = $1`,
      enterprise,
    );
    expect(managed).toEqual({ manager: true });
    const nested = await here.rows(
      'nested',
      `select p.name as parent, c.name as child from scim_group_member m
       join "group" p on p.realm_id = m.realm_id and p.id = m.group_id
       join "group" c on c.realm_id = m.realm_id and c.id = m.member_id where m.realm_id = $1`,
    );
    expect(nested).toEqual([{ parent: 'Parent', child: 'Child' }]);
    expect((await here.readsAgain()).outcome.counts).toMatchObject({ unchanged: 4, updated: 0 });
  });

  test('people and groups that have the same id there are told apart', async () => {
    there.users = [{ ...person(1), id: '7' }];
    there.groups = [
      group('7', 'Seven', ['7']),
      { ...group('8', 'Eight', []), members: [{ value: '7', type: 'Group' }] },
    ];
    await here.source(there.url);
    await here.reads();
    expect(await here.groups()).toEqual([
      { path: '/Eight', members: [] },
      { path: '/Seven', members: ['ada-1'] },
    ]);
  });
});
