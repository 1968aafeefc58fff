import type { JsonObject } from '@sparekey/scim';
import { race } from '@sparekey/testing';
import { type Directory, enterprise, groupSchema, userSchema } from '../../src/testing/directory.ts';
import { useServedRealm } from './served-realm.ts';

const here = useServedRealm();
let directory: Directory;
beforeAll(async () => {
  directory = await here.connect();
});

const user = (userName: string, more = {}) => ({ schemas: [userSchema], userName, ...more });

describe('A resource is created (RFC 7644 section 3.3)', () => {
  test('201 with Location, ETag, and the whole resource as application/scim+json', async () => {
    const answer = await directory.post(
      '/Users',
      user('Ada@Example.com', {
        name: { givenName: 'Ada', familyName: 'Lovelace' },
        emails: [{ value: 'ada@example.com', type: 'work', primary: true }],
        externalId: 'e-1',
        password: 'a long pass phrase 1843',
        [enterprise]: { department: 'Analysis' },
      }),
    );
    expect(answer.status).toBe(201);
    expect(answer.headers.get('content-type')).toBe('application/scim+json');
    const location = `${directory.base}/Users/${answer.body.id}`;
    expect(answer.headers.get('location')).toBe(location);
    expect(answer.headers.get('etag')).toBe(answer.body.meta.version);
    expect(answer.body).toEqual({
      schemas: [userSchema, enterprise],
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      externalId: 'e-1',
      userName: 'Ada@Example.com',
      name: { givenName: 'Ada', familyName: 'Lovelace' },
      active: true,
      emails: [{ value: 'ada@example.com', type: 'work', primary: true }],
      [enterprise]: { department: 'Analysis' },
      meta: {
        resourceType: 'User',
        created: expect.stringMatching(/^\d{4}-.*Z$/),
        lastModified: expect.stringMatching(/^\d{4}-.*Z$/),
        location,
        version: 'W/"1"',
      },
    });
    expect((await directory.get(`/Users/${answer.body.id}`)).body).toEqual(answer.body);
    const person = await here.storage.stores.users.byLogin(here.realm.id, 'ada@example.com');
    expect(person).toMatchObject({
      id: answer.body.id,
      firstName: 'Ada',
      email: 'ada@example.com',
      emailVerified: false,
      enabled: true,
    });
  });

  test('of two at once with one userName, in whatever case, one gets 201 and one 409 uniqueness', async () => {
    const { fulfilled: values } = await race(10, (at) =>
      directory.post('/Users', user(at % 2 === 0 ? 'twice' : 'TWICE')),
    );
    expect(values.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
    const refused = values.filter(({ status }) => status === 409).map(({ body }) => body);
    expect(refused[0]).toMatchObject({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: '409',
      scimType: 'uniqueness',
    });
  });
});

describe('A resource is replaced, patched and deleted (sections 3.5.1, 3.5.2, 3.6)', () => {
  test('PUT clears what it leaves out, and leaves active and the password', async () => {
    const made = await directory.person('put', { title: 'Dr', active: false });
    const answer = await directory.put(`/Users/${made.id}`, user('put2', { nickName: 'P' }));
    expect([answer.status, answer.body.title, answer.body.nickName, answer.body.active]).toEqual([
      200,
      undefined,
      'P',
      false,
    ]);
  });

  test('a PATCH is done whole or not at all', async () => {
    const made = await directory.person('atomic', { title: 'Dr' });
    const answer = await directory.patch(`/Users/${made.id}`, [
      { op: 'replace', path: 'title', value: 'Prof' },
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'x@example.com' },
    ]);
    expect([answer.status, answer.body.scimType]).toEqual([400, 'noTarget']);
    expect((await directory.get(`/Users/${made.id}`)).body).toEqual(made);
  });

  test('what changes nothing moves neither lastModified nor version', async () => {
    const made = await directory.person('same', { title: 'Dr', emails: [{ value: 's@example.com', type: 'work' }] });
    for (const operation of [
      { op: 'add', path: 'emails', value: [{ value: 'S@example.com', type: 'work' }] },
      { op: 'replace', path: 'title', value: 'Dr' },
      { op: 'replace', value: { active: true } },
      { op: 'remove', path: 'phoneNumbers' },
    ] as JsonObject[]) {
      const answer = await directory.patch(`/Users/${made.id}`, [operation]);
      expect([answer.status, answer.body?.meta]).toEqual([200, made.meta]);
    }
    expect((await directory.put(`/Users/${made.id}`, made)).body).toEqual(made);
  });

  test('DELETE answers 204, then 404, and leaves no trace but a tombstone', async () => {
    const made = await directory.person('deleted', { title: 'Zanzibar', emails: [{ value: 'zanzibar@example.com' }] });
    expect((await directory.send('DELETE', `/Users/${made.id}`)).status).toBe(204);
    for (const method of ['GET', 'DELETE'])
      expect((await directory.send(method, `/Users/${made.id}`)).status).toBe(404);
    expect((await directory.patch(`/Users/${made.id}`, [{ op: 'add', path: 'title', value: 'x' }])).status).toBe(404);
    expect(await here.storage.stores.users.byLogin(here.realm.id, 'deleted')).toBeUndefined();
    expect((await directory.post('/Users', user('deleted'))).status).toBe(201);
  });
});

describe('Versions (section 3.14)', () => {
  test('If-None-Match saves a resource that is known, If-Match refuses one that changed', async () => {
    const made = await directory.person('versions');
    const { version } = made.meta;
    expect((await directory.get(`/Users/${made.id}`, { 'if-none-match': version })).status).toBe(304);
    expect((await directory.get(`/Users/${made.id}`, { 'if-none-match': 'W/"99"' })).status).toBe(200);
    const change = [{ op: 'replace', path: 'title', value: 'x' }];
    expect((await directory.patch(`/Users/${made.id}`, change, { 'if-match': version })).status).toBe(200);
    for (const method of ['PATCH', 'PUT', 'DELETE']) {
      const body =
        method === 'PATCH'
          ? { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: change }
          : method === 'PUT'
            ? user('versions')
            : undefined;
      expect((await directory.send(method, `/Users/${made.id}`, body, { 'if-match': version })).status).toBe(412);
    }
    expect((await directory.send('DELETE', `/Users/${made.id}`, undefined, { 'if-match': '*' })).status).toBe(204);
  });

  test('of twenty changes with one If-Match one is done', async () => {
    const made = await directory.person('if-match');
    const { fulfilled: values } = await race(20, (at) =>
      directory.patch(`/Users/${made.id}`, [{ op: 'replace', path: 'title', value: `t${at}` }], {
        'if-match': made.meta.version,
      }),
    );
    const statuses = values.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 412)).toHaveLength(19);
  });
});

describe('Whoever has no token of the connection learns nothing', () => {
  test.each(['', 'Bearer', 'Bearer x', 'Basic eDp5', `Bearer sparekey_scim_${'A'.repeat(43)}`])(
    '%j',
    async (authorization) => {
      const answer = await directory.get('/Users', { authorization });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([401, 'application/scim+json']);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
      expect(answer.body).toEqual({
        schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
        status: '401',
        detail: expect.any(String),
      });
    },
  );

  test('the answer is the same for a connection that is and one that is not', async () => {
    const other = await here.connect();
    const [theirs, nobodys] = await Promise.all([
      directory.get(`/../${other.connection.name}/Users`),
      directory.get('/../no-such/Users'),
    ]);
    expect([theirs.status, theirs.body]).toEqual([401, nobodys.body]);
  });
});

describe('Discovery (section 4)', () => {
  test('tells what is there, cannot be filtered, and needs a token as all else', async () => {
    const config = await directory.get('/ServiceProviderConfig');
    expect(config.body).toMatchObject({
      patch: { supported: true },
      bulk: { supported: true, maxOperations: 1000, maxPayloadSize: 1048576 },
      filter: { supported: true, maxResults: 1000 },
      sort: { supported: true },
      etag: { supported: true },
      pagination: { cursor: true, index: true, defaultPaginationMethod: 'index' },
    });
    expect((await directory.get('/Schemas')).body.Resources.map(({ id }: { id: string }) => id)).toEqual([
      userSchema,
      enterprise,
      groupSchema,
    ]);
    expect((await directory.get(`/Schemas/${userSchema}`)).body.id).toBe(userSchema);
    expect((await directory.get('/ResourceTypes/Group')).body.endpoint).toBe('/Groups');
    expect((await directory.get('/Schemas?filter=id eq "x"')).status).toBe(403);
    expect((await directory.post('/Schemas', {})).status).toBe(405);
  });
});
