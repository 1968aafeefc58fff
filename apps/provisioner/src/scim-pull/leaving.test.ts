import { type ListingSource, startListingSource } from '../../test/listing-source.ts';
import { group, person, SourceRealm } from '../../test/source-realm.ts';

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

const many = (count: number) => Array.from({ length: count }, (_, n) => person(n + 1));
const names = (count: number) => many(count).map(({ userName }) => userName);

async function readWith(count: number, settings: Record<string, unknown> = {}): Promise<void> {
  there.users = many(count);
  await here.source(there.url, settings);
  expect((await here.reads()).outcome.counts).toMatchObject({ created: count + there.groups.length });
}

test('whoever is not active there any more is disabled by the door that ends sessions, and comes back when they are', async () => {
  await readWith(2);
  there.users[0] = person(1, { active: false });
  expect((await here.readsAgain()).outcome.counts).toMatchObject({ disabled: 1 });
  expect(await here.enabled()).toEqual(['ada-2']);
  expect(await here.told()).toEqual(expect.arrayContaining(['scim.user_deactivated', 'session.ended_all']));
  there.users[0] = person(1);
  await here.readsAgain();
  expect(await here.enabled()).toEqual(['ada-1', 'ada-2']);
});

test('whoever is gone there is disabled after a whole reading, and a group that is gone loses the members it gave', async () => {
  there.groups = [group('g1', 'Staff', ['r1', 'r2']), group('g2', 'Board', ['r1'])];
  await readWith(3);
  there.users = many(2);
  there.groups = [group('g1', 'Staff', ['r1', 'r2'])];
  expect((await here.readsAgain()).outcome.counts).toMatchObject({ disabled: 2 });
  expect(await here.enabled()).toEqual(['ada-1', 'ada-2']);
  expect(await here.groups()).toEqual([
    { path: '/Board', members: [] },
    { path: '/Staff', members: ['ada-1', 'ada-2'] },
  ]);
  const again = await here.readsAgain();
  expect(again.outcome.counts).toMatchObject({ disabled: 0, updated: 0 });
});

test('half of the source vanishing changes nothing until it is allowed, and then lets go only who is gone', async () => {
  await readWith(40);
  there.users = many(20);
  expect((await here.readsAgain()).outcome.counts).toMatchObject({ disabled: 0, staged: 20 });
  expect(await here.enabled()).toHaveLength(40);
  expect((await here.tasks()).map(({ state }) => state)).toEqual(Array(20).fill('staged'));
  // One of them comes again before somebody allows it.
  there.users = [...many(20), person(33)];
  expect(await here.allow()).toBe(20);
  expect(await here.read()).toBeUndefined();
  expect(await here.enabled()).toEqual([...names(20), 'ada-33'].toSorted());
  expect(await here.tasks()).toEqual([]);
});

test('whoever comes again while the brake holds them stays, and nobody has to allow anything', async () => {
  await readWith(40);
  there.users = many(20);
  await here.readsAgain();
  there.users = many(40);
  expect((await here.readsAgain()).outcome.counts).toMatchObject({ disabled: 0, staged: 0, unchanged: 40 });
  expect(await here.tasks()).toEqual([]);
  expect(await here.enabled()).toHaveLength(40);
});

test('a slow leak is held like a burst: those of the last hour count together', async () => {
  await readWith(30, { brake: { count: 10, percent: 0 } });
  there.users = many(20);
  expect((await here.readsAgain()).outcome.counts).toMatchObject({ disabled: 10, staged: 0 });
  there.users = many(19);
  expect((await here.readsAgain()).outcome.counts).toMatchObject({ disabled: 0, staged: 1 });
});

test.each([
  ['empty', () => ({ users: [], hides: 0 })],
  ['shorter than it says', () => ({ users: many(2), hides: 1 })],
])('a list that is %s makes nobody absent', async (_, state) => {
  await readWith(5, { groups: false });
  Object.assign(there, state());
  // It ends before what it says, and calls that the end.
  there.answers = ({ pathname, searchParams }) =>
    pathname === '/Users' && Number(searchParams.get('startIndex')) > there.users.length
      ? { status: 200, body: { totalResults: there.users.length, Resources: [] } }
      : undefined;
  const run = await here.readsAgain();
  expect(run).toMatchObject({ state: 'done', outcome: { counts: { disabled: 0, staged: 0 } } });
  expect(await here.enabled()).toHaveLength(5);
  expect(await here.tasks()).toEqual([]);
});

test('whoever a list leaves out and who is there by their id stays', async () => {
  await readWith(3);
  const [third] = many(3).slice(2);
  there.users = many(2);
  there.answers = ({ pathname }) => (pathname === '/Users/r3' ? { status: 200, body: third } : undefined);
  expect((await here.readsAgain()).outcome.counts).toMatchObject({ disabled: 0 });
  expect(await here.enabled()).toEqual(names(3));
});

test('a source that does not answer for somebody disables nobody, and the reading goes on later', async () => {
  await readWith(3);
  there.users = many(2);
  there.answers = ({ pathname }) => (pathname === '/Users/r3' ? { status: 500 } : undefined);
  expect(await here.readsAgain()).toMatchObject({ state: 'running' });
  expect(await here.enabled()).toEqual(names(3));
  there.answers = () => undefined;
  expect(await here.readsAgain()).toMatchObject({ state: 'done', outcome: { counts: { disabled: 1 } } });
  expect(await here.enabled()).toEqual(names(2));
});

test('whom an administrator disabled stays so, until the source has said no and then yes again', async () => {
  await readWith(2);
  await here.query('disable', `update user_account set enabled = false where realm_id = $1 and username = 'ada-1'`);
  there.users[0] = person(1, { name: { givenName: 'Ada', familyName: 'Changed' } });
  await here.readsAgain();
  expect(await here.people()).toMatchObject([{ enabled: false, lastName: 'Changed' }, { enabled: true }]);
  there.users[0] = person(1, { active: false });
  await here.readsAgain();
  there.users[0] = person(1);
  await here.readsAgain();
  expect(await here.enabled()).toEqual(names(2));
});

test('with `absent` none nobody who is gone there loses anything', async () => {
  await readWith(3, { absent: 'none' });
  there.users = many(1);
  expect((await here.readsAgain()).outcome.counts).toMatchObject({ disabled: 0, staged: 0 });
  expect(await here.enabled()).toEqual(names(3));
});

test('a member whom an administrator added stays when the source changes its group', async () => {
  there.groups = [group('g1', 'Staff', ['r1', 'r2'])];
  await readWith(3);
  await here.query(
    'own_member',
    `insert into user_group (realm_id, user_id, group_id)
     select $1, u.id, g.id from user_account u, "group" g where u.realm_id = $1 and g.realm_id = $1 and u.username = 'ada-3'`,
  );
  there.groups = [group('g1', 'Staff', ['r1'])];
  await here.readsAgain();
  expect(await here.groups()).toEqual([{ path: '/Staff', members: ['ada-1', 'ada-3'] }]);
});

test('a source that is overdue counts as lag, and one that is read does not', async () => {
  await readWith(1);
  const lag = async () => (await here.storage.scim.overview()).lagSeconds;
  expect(await lag()).toBeLessThan(1000);
  await here.dueAgain();
  expect(await lag()).toBeGreaterThan(1_000_000_000);
  await here.reads();
  expect(await lag()).toBeLessThan(1000);
});
