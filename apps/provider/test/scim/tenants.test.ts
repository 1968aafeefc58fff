import type { UserId } from '@sparekey/contracts';
import type { Json, JsonObject } from '@sparekey/scim';
import { type Directory, groupSchema, patchOp, userSchema } from '../../src/testing/directory.ts';
import { addRealm } from '../../src/testing/storage.ts';
import { useServedRealm } from './served-realm.ts';

const here = useServedRealm();
let own: Directory;
let wide: Directory;
/** People and groups that a token of `own` has no business with, by whose they are. */
let foreign: { whose: string; type: 'Users' | 'Groups'; id: string; name: string }[];

beforeAll(async () => {
  const { stores } = here.storage;
  const elsewhere = await addRealm(here.storage, 'other');
  own = await here.connect();
  wide = await here.connect({ settings: { visibility: 'realm' } });
  const rival = await here.connect();
  const far = await here.connect({}, elsewhere);
  const admin = await here.account('root');
  const role = await stores.roles.create({ realmId: here.realm.id, name: 'admin', attributes: {}, composites: [] });
  await stores.users.grantRole(here.realm.id, admin, role.id);
  const admins = await stores.groups.create({
    realmId: here.realm.id,
    name: 'Admins',
    attributes: {},
    roles: [role.id],
  });
  const [theirs, farOff] = [await rival.person('theirs'), await far.person('far')];
  const theirGroup = await rival.group('Their group', [theirs.id]);
  foreign = [
    { whose: 'another connection', type: 'Users', id: theirs.id, name: 'theirs' },
    { whose: 'another connection', type: 'Groups', id: theirGroup.id, name: 'Their group' },
    { whose: 'another realm', type: 'Users', id: farOff.id, name: 'far' },
    { whose: 'an administrator', type: 'Users', id: admin, name: 'root' },
    { whose: 'administrators', type: 'Groups', id: admins.id, name: 'Admins' },
  ];
});
/** Everything of these people and groups, to see that nothing changed. */
async function state(): Promise<string> {
  const tables = ['user_account', 'user_role', 'user_group', '"group"', 'scim_resource', 'password_credential'];
  const rows = await Promise.all(
    tables.map((table) =>
      here.storage.database.rows({
        name: `state ${table}`,
        text: `select to_jsonb(t)::text as row from ${table} t order by 1`,
        dynamic: true,
      }),
    ),
  );
  return JSON.stringify(rows);
}

describe('A token of one connection reads, guesses and changes nothing that is not its own', () => {
  test.each(['own', 'wide'] as const)('%s: by no route and no verb (H47)', async (which) => {
    const directory = which === 'own' ? own : wide;
    const crew = await directory.group(`Crew ${which}`);
    const before = await state();
    for (const { whose, type, id, name } of foreign) {
      const bodies: Record<string, Json | undefined> = {
        GET: undefined,
        DELETE: undefined,
        PUT:
          type === 'Users'
            ? { schemas: [userSchema], userName: 'taken-over' }
            : { schemas: [groupSchema], displayName: 'taken-over' },
        PATCH: {
          schemas: [patchOp],
          Operations: [{ op: 'replace', value: { [type === 'Users' ? 'userName' : 'displayName']: 'taken-over' } }],
        },
      };
      for (const [method, body] of Object.entries(bodies)) {
        expect([whose, method, (await directory.send(method, `/${type}/${id}`, body)).status]).toEqual([
          whose,
          method,
          404,
        ]);
      }
      for (const filter of [
        `id eq "${id}"`,
        `${type === 'Users' ? 'userName' : 'displayName'} eq "${name}"`,
        `meta.created pr`,
      ]) {
        const answer = await directory.get(`/${type}?filter=${filter}&count=1000`);
        expect(JSON.stringify(answer.body.Resources)).not.toContain(id);
      }
      expect((await directory.get('/?count=1000')).text).not.toContain(id);
      const bulk = {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations: [{ method: 'DELETE', path: `/${type}/${id}` }],
      };
      expect((await directory.post('/Bulk', bulk)).body.Operations[0].status).toBe('404');
      const member = await directory.patch(`/Groups/${crew.id}`, [
        { op: 'add', path: 'members', value: [{ value: id }] },
      ]);
      expect([whose, member.status]).toEqual([whose, 400]);
    }
    expect((await directory.get('/Users?filter=emails.value co "secret.example"')).body.totalResults).toBe(0);
    expect(await state()).toBe(before);
  });

  test('a token opens its own connection and no other, in its realm and in another', async () => {
    for (const directory of [wide]) {
      const authorization = `Bearer ${own.token}`;
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
        for (const path of [
          '/Users',
          `/Users/${foreign[0]?.id}`,
          '/Groups',
          '/Schemas',
          '/ServiceProviderConfig',
          '/Bulk',
          '/Deletions',
          '/.search',
          '/Me',
        ]) {
          const body = ['POST', 'PUT', 'PATCH'].includes(method) ? {} : undefined;
          expect([method, path, (await directory.send(method, path, body, { authorization })).status]).toEqual([
            method,
            path,
            401,
          ]);
        }
      }
    }
  });

  test('ids, externalIds and names that look like those of others lead nowhere (CVE-2025-41115)', async () => {
    const before = await state();
    const [admin] = foreign.filter(({ name }) => name === 'root');
    const made = await own.post('/Users', {
      schemas: [userSchema],
      userName: '1',
      externalId: admin?.id ?? '',
      id: admin?.id ?? '',
    });
    expect(made.body.id).not.toBe(admin?.id);
    for (const path of [
      '/Users/1',
      '/Users/0',
      `/Users/${made.body.id}%2f..%2f${admin?.id}`,
      `/Users/{${admin?.id}}`,
      `/Users/${admin?.id?.toUpperCase()}`,
    ]) {
      expect([path, (await own.get(path)).status]).toEqual([path, 404]);
    }
    await own.send('DELETE', `/Users/${made.body.id}`);
    expect(await state()).toBe(before);
  });
});

describe('What a client may not write it cannot smuggle in (CVE-2026-17526, CVE-2024-37905)', () => {
  const smuggled: JsonObject = {
    id: '00000000-0000-7000-8000-000000000000',
    groups: [{ value: 'x' }],
    meta: { created: '2000-01-01T00:00:00Z', version: 'W/"9"' },
  };
  const unknown: JsonObject = {
    roleMappings: ['admin'],
    realmRoles: ['admin'],
    requiredActions: [],
    credentials: [{ type: 'password', value: 'x' }],
    totp: true,
    emailVerified: true,
    organization: 'other',
    connectionId: 'other',
    attributes: { admin: ['true'] },
    serviceAccountClientId: 'x',
    __proto: 1,
  };

  test.each(['strict', 'entra', 'okta', 'generic'])('%s: in POST, PUT and PATCH', async (profile) => {
    const directory = await here.connect({ profile });
    const made = await directory.person(`mass-${profile}`, { roles: [{ value: 'admin' }], ...smuggled });
    expect([made.id === smuggled.id, made.groups, made.meta.version]).toEqual([false, undefined, 'W/"1"']);
    const before = await state();
    for (const [name, value] of Object.entries({ ...unknown, ...smuggled })) {
      const put = await directory.put(`/Users/${made.id}`, { ...made, [name]: value });
      const patch = await directory.patch(`/Users/${made.id}`, [{ op: 'add', path: name, value }]);
      const bare = await directory.patch(`/Users/${made.id}`, [{ op: 'replace', value: { [name]: value } }]);
      for (const answer of [put, patch, bare]) expect([name, [200, 400].includes(answer.status)]).toEqual([name, true]);
    }
    expect(await state()).toBe(before);
    const claims = await here.storage.stores.users.claims(here.realm.id, made.id as UserId);
    expect([claims?.realmRoles, claims?.user.emailVerified]).toEqual([[], false]);
  });
});
