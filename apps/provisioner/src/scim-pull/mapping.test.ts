import { checkScimConnection } from '@sparekey/provisioning';
import { type ListingSource, startListingSource } from '../../test/listing-source.ts';
import { enterprise, person, SourceRealm } from '../../test/source-realm.ts';

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
