import type { ScimRun } from '@sparekey/provisioning';
import { race } from '@sparekey/testing';
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

const at = (day: number) => ({ meta: { lastModified: `2026-10-${String(day).padStart(2, '0')}T12:00:00Z` } });
const many = (count: number) => Array.from({ length: count }, (_, n) => person(n + 1, at(1)));
const lists = () => there.asked.filter((path) => path.startsWith('/Users?'));

describe('what is asked for', () => {
  test.each(['index', 'cursor'] as const)('every page by %s, each once', async (pages) => {
    there.pages = pages;
    there.users = many(25);
    await here.source(there.url, { pageSize: 10 });
    expect((await here.reads()).outcome).toMatchObject({ total: 25, counts: { created: 25 } });
    const by = {
      index: ['startIndex=1', 'startIndex=11', 'startIndex=21'],
      cursor: ['cursor=', 'cursor=11', 'cursor=21'],
    };
    expect(lists()).toEqual(by[pages].map((place) => `/Users?count=10&${place}`));
  });

  test('after a whole reading only what changed since the greatest time that was met, less five minutes', async () => {
    there.users = [...many(3), person(4, at(9))];
    await here.source(there.url);
    await here.reads();
    there.users[0] = person(1, { ...at(10), name: { givenName: 'Ada', familyName: 'Changed' } });
    there.asked.length = 0;
    const run = await here.readsAgain('delta');
    expect(lists()).toEqual(['/Users?count=100&startIndex=1&filter=meta.lastModified+gt+"2026-10-09T11:55:00.000Z"']);
    expect(run).toMatchObject({
      kind: 'delta',
      state: 'done',
      outcome: { counts: { read: 2, updated: 1, unchanged: 1 } },
    });
    expect(await here.people()).toMatchObject([{ lastName: 'Changed' }, {}, {}, {}]);
  });

  test('everything, when the source refuses to filter by time or tells no times', async () => {
    there.users = many(3);
    await here.source(there.url);
    await here.reads();
    there.answers = ({ searchParams }) =>
      searchParams.has('filter') ? { status: 400, body: { scimType: 'invalidFilter', status: '400' } } : undefined;
    expect(await here.readsAgain('delta')).toMatchObject({
      kind: 'pull',
      state: 'done',
      outcome: { counts: { read: 3 } },
    });

    await here.begin();
    there.users = [person(1)];
    await here.source(there.url);
    await here.reads();
    expect(await here.readsAgain('delta')).toMatchObject({ kind: 'pull', state: 'done' });
  });

  test('nothing before it is due, and everything when its settings were changed', async () => {
    there.users = many(1);
    const { id } = await here.source(there.url);
    await here.reads();
    expect(await here.read()).toBeUndefined();
    await here.query('changed', 'update scim_connection set version = version + 1 where realm_id = $1 and id = $2', id);
    expect(await here.reads()).toMatchObject({ kind: 'pull' });
    expect(await here.read()).toBeUndefined();
  });

  test('a whole reading that somebody asked for, in their name', async () => {
    there.users = many(1);
    await here.source(there.url);
    await here.reads();
    const { runs } = here.storage.scim;
    const asked = await runs.begin(here.connection, { kind: 'pull', askedBy: 'ada', state: 'asked' });
    expect(await here.reads()).toMatchObject({ id: asked.id, kind: 'pull', askedBy: 'ada', state: 'done' });
  });
});

describe('a reading that is cut off', () => {
  test('goes on after its last page, and nobody comes twice', async () => {
    there.users = many(30);
    there.groups = [group('g1', 'Staff', ['r1', 'r30'])];
    await here.source(there.url, { pageSize: 10 });
    const stop = new AbortController();
    there.answers = ({ searchParams }) => {
      if (searchParams.get('startIndex') === '21') stop.abort();
      return undefined;
    };
    expect(await here.read({}, stop.signal)).toMatchObject({ state: 'running' });
    expect((await here.enabled()).length).toBeLessThan(30);
    there.answers = () => undefined;
    there.asked.length = 0;
    expect(await here.reads()).toMatchObject({ state: 'done', kind: 'pull', outcome: { counts: { created: 31 } } });
    expect(lists()).toEqual(['/Users?count=10&startIndex=21']);
    expect(await here.enabled()).toHaveLength(30);
    expect(await here.read()).toBeUndefined();
  });

  test('ends within seconds of being paused, and goes on when it is active again', async () => {
    there.users = many(30);
    await here.source(there.url, { pageSize: 10 });
    const { stores } = here.storage;
    const move = (state: 'paused' | 'active') => stores.scimConnections.move(here.realmId, here.connection.id, state);
    there.answers = async ({ searchParams }) => {
      if (searchParams.get('startIndex') === '11') await move('paused');
      return undefined;
    };
    // Every look at the clock is half a minute after the one before.
    let seconds = 0;
    const now = () => {
      seconds += 30;
      return new Date(Date.now() + seconds * 1000);
    };
    expect(await here.read({ now })).toMatchObject({ state: 'running' });
    expect(await here.enabled()).toHaveLength(10);
    expect(await here.read()).toBeUndefined();
    await move('active');
    expect(await here.reads()).toMatchObject({ state: 'done', outcome: { counts: { created: 30 } } });
  });

  test('is taken up by one worker at a time', async () => {
    there.users = many(20);
    await here.source(there.url, { pageSize: 5 });
    const { fulfilled } = await race(8, async (_, barrier) => {
      await barrier();
      return here.read();
    });
    expect(fulfilled.filter((run): run is ScimRun => run !== undefined)).toHaveLength(1);
    expect(lists()).toHaveLength(4);
    expect(await here.enabled()).toHaveLength(20);
  });

  test('begins anew when its cursor has expired', async () => {
    there.pages = 'cursor';
    there.users = many(20);
    await here.source(there.url, { pageSize: 10 });
    there.answers = ({ searchParams }) => (searchParams.get('cursor') === '11' ? { status: 500 } : undefined);
    expect(await here.reads()).toMatchObject({ state: 'running' });
    there.answers = ({ searchParams }) =>
      searchParams.get('cursor') === '11' && lists().length < 4
        ? { status: 400, body: { scimType: 'expiredCursor', status: '400' } }
        : undefined;
    await here.query('now', `update scim_pace set not_before = '-infinity' where realm_id = $1`);
    expect(await here.reads()).toMatchObject({
      state: 'done',
      outcome: { counts: { read: 20, created: 10, unchanged: 10 } },
    });
  });
});

describe('a source that is no good', () => {
  test('gives its first page for ever: it is read no further, nobody is absent, and the reason is told', async () => {
    there.users = many(30);
    await here.source(there.url, { pageSize: 10 });
    await here.reads();
    there.answers = ({ pathname, searchParams }) =>
      pathname === '/Users' && searchParams.get('startIndex') !== '1'
        ? { status: 200, body: { totalResults: 30, Resources: there.users.slice(0, 10) } }
        : undefined;
    for (let tries = 0; tries < 3; tries += 1) expect(await here.readsAgain()).toMatchObject({ state: 'running' });
    expect(await here.enabled()).toHaveLength(30);
    expect(await here.tasks()).toEqual([]);
    await here.query('old', `update scim_run set began_at = now() - interval '2 days' where realm_id = $1`);
    expect(await here.readsAgain()).toMatchObject({ state: 'failed', why: 'gave a page twice: users' });
    expect(await here.state()).toEqual({ state: 'quarantined', reason: 'gave a page twice: users' });
  });

  test.each([
    ['refuses the credentials', { status: 401 }],
    ['is no SCIM address', { status: 404, body: { status: '404' } }],
  ])('one that %s is quarantined with the reason, tried once a day, and works again', async (_, answer) => {
    there.users = many(1);
    there.answers = ({ pathname }) => (pathname === '/Users' ? answer : undefined);
    await here.source(there.url);
    expect(await here.reads()).toMatchObject({ state: 'failed' });
    expect(await here.state()).toMatchObject({
      state: 'quarantined',
      reason: expect.stringContaining(String(answer.status)),
    });
    expect(await here.read()).toBeUndefined();
    there.answers = () => undefined;
    expect(await here.readsAgain()).toMatchObject({ state: 'done' });
    expect(await here.state()).toMatchObject({ state: 'active' });
  });

  test('one that asks for time is left alone for so long, and one that fails for longer each time', async () => {
    there.users = many(1);
    there.answers = () => ({ status: 429, headers: { 'Retry-After': '60' } });
    await here.source(there.url);
    await here.reads({ random: () => 1 });
    const waits = async () => {
      const [row] = await here.rows<{ seconds: number }>(
        'waits',
        'select round(extract(epoch from not_before - now()))::int as seconds from scim_pace where realm_id = $1',
      );
      return row?.seconds ?? 0;
    };
    expect(await waits()).toBeGreaterThan(50);
    expect(await here.read()).toBeUndefined();
    there.answers = () => ({ status: 500 });
    for (const longest of [5, 10, 20]) {
      await here.dueAgain();
      await here.reads({ random: () => 1 });
      const seconds = await waits();
      expect(seconds).toBeLessThanOrEqual(longest);
      // Some of it has passed already.
      expect(seconds).toBeGreaterThan(longest - 3);
    }
  });

  test('one without groups is read all the same', async () => {
    there.users = many(1);
    there.answers = ({ pathname }) => (pathname === '/Groups' ? { status: 404, body: { status: '404' } } : undefined);
    await here.source(there.url);
    expect(await here.reads()).toMatchObject({ state: 'done', outcome: { counts: { created: 1 } } });
  });
});

test('a whole reading that finds everything as it was costs statements by the page and not by the person', async () => {
  there.users = many(200);
  await here.source(there.url, { pageSize: 100 });
  await here.reads();
  const names: string[] = [];
  const storage = await here.observed((name) => names.push(name));
  await here.dueAgain();
  await here.reads(here.partsOn(storage));
  await storage.close();
  expect(names.length).toBeLessThan(60);
});

test('parts of a list may be written small: names are the same in any case', async () => {
  there.users = many(3);
  there.answers = ({ pathname }) =>
    pathname === '/Users' ? { status: 200, body: { totalresults: 3, resources: there.users } } : undefined;
  await here.source(there.url);
  expect((await here.reads()).outcome.counts).toMatchObject({ created: 3 });
});

test('a source that tells members only when they are asked for by name is asked so', async () => {
  there.users = many(2);
  there.groups = [group('g1', 'Staff', ['r1', 'r2'])];
  there.answers = ({ pathname, searchParams }) => {
    const isAsked = searchParams.get('attributes')?.split(',').includes('members');
    if (!pathname.startsWith('/Groups') || isAsked) return undefined;
    const [{ members: _members, ...told }] = there.groups as [(typeof there.groups)[number]];
    return { status: 200, body: { totalResults: 1, Resources: [told] } };
  };
  await here.source(there.url, {}, { profile: 'keycloak' });
  await here.reads();
  expect(await here.groups()).toEqual([{ path: '/Staff', members: ['ada-1', 'ada-2'] }]);
});
