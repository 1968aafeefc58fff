import { type Directory, groupSchema, userSchema } from '../../src/testing/directory.ts';
import { useServedRealm } from './served-realm.ts';

const here = useServedRealm();
let directory: Directory;
beforeAll(async () => {
  directory = await here.connect();
});

const user = (userName: string, more = {}) => ({ schemas: [userSchema], userName, ...more });

describe('Searching (section 3.4.2, RFC 9865)', () => {
  let many: Directory;
  const names = Array.from({ length: 25 }, (_one, at) => `many${String(at).padStart(2, '0')}`);
  beforeAll(async () => {
    many = await here.connect();
    for (const name of names) await many.person(name, { title: name > 'many11' ? 'B' : 'A' });
  });
  const found = (body: { Resources: { userName: string }[] }) => body.Resources.map(({ userName }) => userName);

  test.each<[string, object]>([
    ['count=0', { totalResults: 25, itemsPerPage: 0, startIndex: 1, Resources: [] }],
    ['count=-3', { totalResults: 25, itemsPerPage: 0 }],
    ['startIndex=-2&count=2', { totalResults: 25, startIndex: 1, itemsPerPage: 2 }],
    ['startIndex=24&count=9', { totalResults: 25, startIndex: 24, itemsPerPage: 2 }],
    ['startIndex=99', { totalResults: 25, startIndex: 99, itemsPerPage: 0, Resources: [] }],
    ['filter=title eq "b"&count=100', { totalResults: 13, itemsPerPage: 13 }],
    ['filter=userName eq "nobody"', { totalResults: 0, Resources: [] }],
  ])('%s', async (query, expected) => {
    const answer = await many.get(`/Users?${query}`);
    expect([answer.status, answer.body]).toEqual([200, expect.objectContaining(expected)]);
  });

  test('sorted, and by .search the same', async () => {
    const answer = await many.get('/Users?sortBy=userName&sortOrder=descending&count=3&attributes=userName');
    expect(found(answer.body)).toEqual(names.slice(-3).reverse());
    const search = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
      sortBy: 'userName',
      sortOrder: 'descending',
      count: 3,
      attributes: ['userName'],
    };
    for (const path of ['/Users/.search', '/.search'])
      expect((await many.post(path, search)).body).toEqual(answer.body);
  });

  test('cursors walk through all, also while others are deleted, and know whose search they are', async () => {
    const met: string[] = [];
    let cursor: string | undefined = '';
    let deleted = 0;
    while (cursor !== undefined) {
      const page: {
        body: { nextCursor?: string; Resources: { id: string; userName: string }[]; startIndex?: number };
      } = await many.get(`/Users?cursor=${cursor}&count=4&sortBy=title`);
      expect(page.body.startIndex).toBeUndefined();
      met.push(...found(page.body));
      const [gone] = page.body.Resources;
      if (gone !== undefined && deleted++ < 2) await many.send('DELETE', `/Users/${gone.id}`);
      cursor = page.body.nextCursor;
    }
    expect(met.sort()).toEqual(names);
    const first = await many.get('/Users?cursor=&count=4');
    const use = (query: string) => many.get(`/Users?${query}`);
    expect((await use(`cursor=${first.body.nextCursor}&count=4&filter=title pr`)).body.scimType).toBe('invalidCursor');
    expect((await use('cursor=AAAA')).body.scimType).toBe('invalidCursor');
    expect((await use('cursor=&count=0')).body.scimType).toBe('invalidCount');
    expect((await use('cursor=&startIndex=1')).status).toBe(400);
    expect((await directory.get(`/Users?cursor=${first.body.nextCursor}`)).body.scimType).toBe('invalidCursor');
  });

  test.each([
    'filter=(((',
    'filter=userName',
    'filter=nothing eq 1',
    `filter=${'('.repeat(60)}`,
    'count=x',
    'startIndex=1.5',
    'sortBy=nothing',
    'sortBy=userName&sortOrder=up',
    'attributes=a&excludedAttributes=b',
    'filter=title pr&filter=title pr',
  ])('%s is refused with 400', async (query) => {
    const answer = await many.get(`/Users?${query}`);
    expect([answer.status, answer.body.status, typeof answer.body.scimType]).toEqual([400, '400', 'string']);
  });
});

test('what was deleted is told since a moment, page by page, to the connection that owned it alone', async () => {
  const leaving = await here.connect();
  const since = new Date(Date.now() - 60_000).toISOString();
  const ids: string[] = [];
  for (const name of ['leaving-1', 'leaving-2', 'leaving-3']) ids.push((await leaving.person(name)).id);
  // All in one transaction, and so at one moment.
  await here.storage.database.count({
    name: 'test_all_leave',
    text: 'delete from user_account where id = any($1)',
    values: [ids],
  });
  const met: string[] = [];
  let cursor: string | undefined = '';
  while (cursor !== undefined) {
    const page = await leaving.get(`/Deletions?since=${since}&count=1&cursor=${cursor}`);
    expect(page.status).toBe(200);
    met.push(...page.body.Resources.map(({ id }: { id: string }) => id));
    cursor = page.body.nextCursor;
  }
  expect(met.sort()).toEqual(ids.sort());
  const [one] = (await leaving.get(`/Deletions?since=${since}`)).body.Resources;
  expect(one).toEqual({ id: expect.any(String), meta: { resourceType: 'User', lastModified: expect.any(String) } });
  const later = new Date(Date.parse(one.meta.lastModified) + 1).toISOString();
  expect((await leaving.get(`/Deletions?since=${later}`)).body.Resources).toEqual([]);
  expect((await directory.get(`/Deletions?since=${since}`)).text).not.toContain(ids[0]);
  for (const query of ['', 'since=yesterday', `since=${since}&count=0`, `since=${since}&cursor=x`]) {
    expect([query, (await leaving.get(`/Deletions?${query}`)).status]).toEqual([query, 400]);
  }
  expect((await leaving.post('/Deletions', {})).status).toBe(405);
});

describe('Groups', () => {
  test('members come and go; the answer of a PATCH has no body; people tell their groups', async () => {
    const [a, b, c] = [await directory.person('ga'), await directory.person('gb'), await directory.person('gc')];
    const group = await directory.group('Crew', [a.id, b.id]);
    expect(group.members).toEqual(
      [a, b]
        .map(({ id, userName }) => ({
          value: id,
          $ref: `${directory.base}/Users/${id}`,
          display: userName,
          type: 'User',
        }))
        .sort((x, y) => (x.value < y.value ? -1 : 1)),
    );
    const patched = await directory.patch(`/Groups/${group.id}`, [
      { op: 'add', path: 'members', value: [{ value: c.id }] },
      { op: 'remove', path: `members[value eq "${a.id}"]` },
    ]);
    expect([patched.status, patched.text]).toEqual([204, '']);
    const after = (await directory.get(`/Groups/${group.id}`)).body;
    expect(after.members.map(({ value }: { value: string }) => value).sort()).toEqual([b.id, c.id].sort());
    expect(after.meta.version).not.toBe(group.meta.version);
    expect((await directory.get(`/Users/${c.id}`)).body.groups).toEqual([
      { value: group.id, $ref: `${directory.base}/Groups/${group.id}`, display: 'Crew', type: 'direct' },
    ]);
    expect(
      (await directory.get(`/Groups?filter=members.value eq "${c.id}"&attributes=displayName`)).body.Resources,
    ).toEqual([{ schemas: [groupSchema], id: group.id, displayName: 'Crew' }]);
    expect((await directory.get(`/Groups/${group.id}?excludedAttributes=members`)).body).not.toHaveProperty('members');
    expect(
      (await directory.put(`/Groups/${group.id}`, { schemas: [groupSchema], displayName: 'Crew' })).body,
    ).not.toHaveProperty('members');
    expect((await directory.send('DELETE', `/Groups/${group.id}`)).status).toBe(204);
    expect((await directory.get(`/Users/${c.id}`)).body).not.toHaveProperty('groups');
  });

  test('a member that is nobody is refused, and nobody else is added', async () => {
    const person = await directory.person('gd');
    const group = await directory.group('Lonely');
    const answer = await directory.patch(`/Groups/${group.id}`, [
      { op: 'add', path: 'members', value: [{ value: person.id }, { value: group.id.replace(/.$/, '0') }] },
    ]);
    expect([answer.status, answer.body.scimType]).toEqual([400, 'invalidValue']);
    expect((await directory.get(`/Groups/${group.id}`)).body).not.toHaveProperty('members');
  });

  test('groups are members of groups', async () => {
    const inner = await directory.group('Inner');
    const outer = await directory.group('Outer', [inner.id]);
    expect(outer.members).toEqual([expect.objectContaining({ value: inner.id, type: 'Group', display: 'Inner' })]);
  });

  test('a name that is taken is 409', async () => {
    const group = await directory.group('Taken');
    await directory.group('Other');
    expect((await directory.post('/Groups', { schemas: [groupSchema], displayName: 'Taken' })).body.scimType).toBe(
      'uniqueness',
    );
    expect(
      (await directory.patch(`/Groups/${group.id}`, [{ op: 'replace', path: 'displayName', value: 'Other' }])).status,
    ).toBe(409);
  });
});

describe('Bulk (section 3.7)', () => {
  const bulk = (Operations: object[], more = {}) =>
    directory.post(
      '/Bulk',
      JSON.parse(
        JSON.stringify({ schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'], Operations, ...more }),
      ),
    );

  test('references are resolved, also in a circle, and answers come in the order of the request', async () => {
    const answer = await bulk([
      {
        method: 'POST',
        path: '/Groups',
        bulkId: 'a',
        data: {
          schemas: [groupSchema],
          displayName: 'Bulk A',
          members: [{ value: 'bulkId:b' }, { value: 'bulkId:p' }],
        },
      },
      {
        method: 'POST',
        path: '/Groups',
        bulkId: 'b',
        data: { schemas: [groupSchema], displayName: 'Bulk B', members: [{ value: 'bulkId:a' }] },
      },
      { method: 'POST', path: '/Users', bulkId: 'p', data: user('bulk-person') },
    ]);
    expect(answer.status).toBe(200);
    expect(answer.body.Operations.map(({ bulkId, status }: Record<string, string>) => [bulkId, status])).toEqual([
      ['a', '201'],
      ['b', '201'],
      ['p', '201'],
    ]);
    const [a, b, p] = answer.body.Operations.map(({ location }: { location: string }) => location.split('/').at(-1));
    const members = async (id: string) =>
      (await directory.get(`/Groups/${id}`)).body.members.map(({ value }: { value: string }) => value).sort();
    expect(await members(a)).toEqual([b, p].sort());
    expect(await members(b)).toEqual([a]);
    for (const { location, version } of answer.body.Operations) {
      const { pathname } = new URL(location);
      const now = await directory.get(pathname.slice(pathname.indexOf('/v2/') + 4).replace(/^[^/]+/, ''));
      expect([location, version]).toEqual([location, now.body.meta.version]);
    }
  });

  test('failOnErrors stops; without it the rest is done', async () => {
    const operations = [
      { method: 'POST', path: '/Users', bulkId: '1', data: { schemas: [userSchema] } },
      { method: 'DELETE', path: '/Users/00000000-0000-7000-8000-000000000000' },
      { method: 'POST', path: '/Users', bulkId: '3', data: user('after-failures') },
    ];
    const stopped = await bulk(operations, { failOnErrors: 1 });
    expect(stopped.body.Operations.map(({ status }: { status: string }) => status)).toEqual(['400']);
    const all = await bulk(operations);
    expect(all.body.Operations.map(({ status }: { status: string }) => status)).toEqual(['400', '404', '201']);
    expect(all.body.Operations[0].response).toMatchObject({ status: '400', scimType: 'invalidValue' });
  });

  test('too many operations and too large a body are 413', async () => {
    expect(
      (await bulk(Array.from({ length: 1001 }, () => ({ method: 'DELETE', path: '/Users/x' })))).body,
    ).toMatchObject({ status: '413', scimType: 'tooMany' });
    expect((await directory.post('/Bulk', { padding: 'x'.repeat(1_100_000) })).status).toBe(413);
  });
});
