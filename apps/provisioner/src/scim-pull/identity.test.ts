import { defaultPolicy } from '@sparekey/policy';
import { checkScimConnection } from '@sparekey/provisioning';
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

describe('what a resource may say', () => {
  test('nothing but what the mapping names: no password, role, group or factor comes with it', async () => {
    there.users = [
      person(1, {
        password: 'let me in',
        roles: [{ value: 'boss' }],
        groups: [{ value: 'g1' }],
        entitlements: [{ value: 'all' }],
      }),
    ];
    await here.source(there.url);
    expect((await here.reads()).outcome.counts).toMatchObject({ created: 1 });
    const [kept] = await here.rows<{ data: Record<string, unknown> }>(
      'kept',
      'select data from scim_resource where realm_id = $1',
    );
    expect(Object.keys(kept?.data ?? {}).toSorted()).toEqual(['active', 'emails', 'name', 'userName']);
    expect(await here.rows('passwords', 'select from password_credential where realm_id = $1')).toEqual([]);
  });

  test('one that cannot be taken over stops no other, and is told without its values', async () => {
    there.users = [
      person(1, { emails: [{ type: 'work', value: 'no address' }] }),
      { ...person(2), userName: '' },
      { ...person(3), userName: ' ada-3' },
      person(4),
    ];
    await here.source(there.url);
    const { outcome } = await here.reads();
    expect(outcome.counts).toMatchObject({ created: 1, failed: { data: 3 } });
    expect(outcome.problems.map(({ remoteId }) => remoteId)).toEqual(['r1', 'r2', 'r3']);
    expect(JSON.stringify(outcome.problems)).not.toContain('no address');
    expect(await here.enabled()).toEqual(['ada-4']);
  });

  test('when more than 40 % of at least 20 cannot be read, the source is quarantined before the rest is read', async () => {
    there.users = Array.from({ length: 40 }, (_, n) => (n < 15 ? { ...person(n + 1), userName: '' } : person(n + 1)));
    await here.source(there.url, { pageSize: 20 });
    expect(await here.reads()).toMatchObject({ state: 'failed', outcome: { counts: { read: 20 } } });
    expect(await here.state()).toMatchObject({ state: 'quarantined' });
  });
});

describe('a mapping from a source', () => {
  test('decides what comes, and gives up what it does not name any more', async () => {
    there.users = [person(1, { nickName: 'Countess', [enterprise]: { department: 'Engines' } })];
    const department = `get(get(scim, "${enterprise}"), "department")`;
    const user = [
      { target: 'userName', value: 'lower(before(typed(scim.emails, "work"), "@"))', match: 1 },
      { target: 'nickName', value: 'scim.nickName', when: 'create' },
      { target: `${enterprise}:department`, value: `upper(${department})` },
    ];
    await here.source(there.url, { mapping: { user } });
    await here.reads();
    const data = async () => {
      const [row] = await here.rows<{ data: Record<string, unknown> }>(
        'data',
        'select data from scim_resource where realm_id = $1',
      );
      return row?.data;
    };
    expect(await data()).toMatchObject({
      userName: 'ada-1',
      nickName: 'Countess',
      [enterprise]: { department: 'ENGINES' },
    });
    there.users = [person(1, { nickName: 'Other' })];
    await here.readsAgain();
    expect(await data()).toMatchObject({ nickName: 'Countess' });
    expect(await data()).not.toHaveProperty([enterprise]);
  });

  test('decides attributes of the account and its language too, also out of what SCIM knows nothing of', async () => {
    const urn = 'urn:example:hr:2.0:Employee';
    there.users = [person(1, { locale: 'de-CH', [urn]: { costCenter: '42', desks: ['a', 'b'] } }), person(2)];
    const account = [
      { target: 'locale', value: 'scim.locale' },
      { target: 'attributes.costCenter', value: `get(get(scim, "${urn}"), "costCenter")` },
      { target: 'attributes.desks', value: `get(get(scim, "${urn}"), "desks")` },
    ];
    await here.source(there.url, { mapping: { account } });
    await here.reads();
    const accounts = () =>
      here.rows('accounts', 'select locale, attributes from user_account where realm_id = $1 order by username');
    expect(await accounts()).toEqual([
      { locale: 'de-CH', attributes: { costCenter: ['42'], desks: ['a', 'b'] } },
      { locale: null, attributes: {} },
    ]);
    expect((await here.readsAgain()).outcome.counts).toMatchObject({ unchanged: 2, updated: 0 });
    there.users = [person(1, { [urn]: { costCenter: '7' } }), person(2, { locale: 'not a language!' })];
    const { outcome } = await here.readsAgain();
    expect(outcome.counts).toMatchObject({ updated: 1, failed: { data: 1 } });
    expect(await accounts()).toEqual([
      { locale: null, attributes: { costCenter: ['7'] } },
      { locale: null, attributes: {} },
    ]);
  });

  test.each([
    ['roles', { target: 'roles', value: 'scim.roles' }, 'mapping.account.0.target'],
    ['an address', { target: 'email', value: 'scim.x' }, 'mapping.account.0.target'],
    ['what is no data', { target: 'attributes.__proto__', value: 'scim.x' }, 'mapping.account.0.target'],
    ['an account here as its origin', { target: 'locale', value: 'user.locale' }, 'mapping.account.0.value'],
  ])('is refused with %s of the account, at its place', (_, rule, path) => {
    const settings = { baseUrl: 'https://hr.example', mapping: { account: [rule] } };
    const draft = { name: 'hr', kind: 'source', profile: 'strict', settings } as const;
    expect(checkScimConnection(draft).problems.map((problem) => problem.path)).toContain(path);
  });

  const rule = { target: 'userName', value: 'scim.userName', match: 1 };
  test.each([
    ['an attribute that there is none of', [rule, { target: 'shoeSize', value: 'scim.x' }], 'mapping.user.1.target'],
    ['an unknown extension', [rule, { target: 'urn:example:2.0:User:x', value: 'scim.x' }], 'mapping.user.1.target'],
    ['a password', [rule, { target: 'password', value: 'scim.password' }], 'mapping.user.1.target'],
    ['an object as a whole', [rule, { target: 'name', value: 'scim.name' }], 'mapping.user.1.target'],
    ['groups', [rule, { target: 'groups', value: 'scim.groups' }], 'mapping.user.1.target'],
    ['no userName', [{ target: 'externalId', value: 'scim.id', match: 1 }], 'mapping.user'],
    ['nothing to find somebody by', [{ ...rule, match: undefined }], 'mapping.user'],
    [
      'a match by what is not unique',
      [rule, { target: 'displayName', value: 'scim.x', match: 2 }],
      'mapping.user.1.target',
    ],
    ['an account here as its origin', [{ ...rule, value: 'user.username' }], 'mapping.user.0.value'],
  ])('is refused with %s, at its place', (_, user, path) => {
    const draft = {
      name: 'hr',
      kind: 'source',
      profile: 'strict',
      settings: { baseUrl: 'https://hr.example', mapping: { user } },
    } as const;
    expect(checkScimConnection(draft).problems.map((problem) => problem.path)).toContain(path);
  });
});
