import { randomBytes } from 'node:crypto';
import type { OrganizationId, UserId } from '@sparekey/contracts';
import { changePolicy, type Group, type Realm } from '@sparekey/realms';
import type { Json, JsonObject } from '@sparekey/scim';
import { Directory, enterprise, groupSchema, patchOp, userSchema } from '../../src/testing/directory.ts';
import { type HostedProvider, startHostedProvider } from '../../src/testing/hosted.ts';
import { addRealm, openTestStorage, type TestStorage } from '../../src/testing/storage.ts';

let here: TestStorage;
let provider: HostedProvider;
let realm: Realm;
let own: Directory;
let wide: Directory;
/** People and groups that a token of `own` has no business with, by whose they are. */
let foreign: { whose: string; type: 'Users' | 'Groups'; id: string; name: string }[];

async function account(where: Realm, username: string): Promise<UserId> {
  const { id } = await here.storage.stores.users.create({
    realmId: where.id,
    username,
    email: `${username}@secret.example`,
    emailVerified: true,
    phoneNumberVerified: false,
    enabled: true,
    attributes: {},
    requiredActions: [],
  });
  return id;
}

beforeAll(async () => {
  here = await openTestStorage();
  provider = await startHostedProvider(here);
  const { stores } = here.storage;
  realm = await addRealm(here.storage, 'acme');
  const elsewhere = await addRealm(here.storage, 'other');
  own = await Directory.connect(here.storage, provider, realm);
  wide = await Directory.connect(here.storage, provider, realm, { settings: { visibility: 'realm' } });
  const rival = await Directory.connect(here.storage, provider, realm);
  const far = await Directory.connect(here.storage, provider, elsewhere);
  const admin = await account(realm, 'root');
  const role = await stores.roles.create({ realmId: realm.id, name: 'admin', attributes: {}, composites: [] });
  await stores.users.grantRole(realm.id, admin, role.id);
  const admins = await stores.groups.create({ realmId: realm.id, name: 'Admins', attributes: {}, roles: [role.id] });
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
afterAll(async () => {
  await provider.close();
  await here.close();
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
    const directory = await Directory.connect(here.storage, provider, realm, { profile });
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
    const claims = await here.storage.stores.users.claims(realm.id, made.id as UserId);
    expect([claims?.realmRoles, claims?.user.emailVerified]).toEqual([[], false]);
  });
});

describe("An organization's connection", () => {
  test('sees members of the organization alone, and whom it makes is one', async () => {
    const { stores } = here.storage;
    const { id: organizationId } = await stores.organizations.create({
      realmId: realm.id,
      name: 'Sales',
      alias: 'sales',
      enabled: true,
      domains: [],
      attributes: {},
    });
    const [inside, outside] = [await account(realm, 'inside'), await account(realm, 'outside')];
    await stores.organizations.join(realm.id, organizationId, inside);
    const sales = await Directory.connect(here.storage, provider, realm, {
      settings: { visibility: 'realm', adopt: 'unowned' },
      organizationId: organizationId as OrganizationId,
    });
    const made = await sales.person('made-by-sales');
    const seen = (await sales.get('/Users')).body.Resources.map(({ id }: { id: string }) => id).sort();
    expect(seen).toEqual([inside, made.id].sort());
    expect((await sales.get(`/Users/${outside}`)).status).toBe(404);
    expect(await stores.organizations.members(realm.id, organizationId)).toContain(made.id);
  });
});

test('whom the policy of their organization calls privileged is out of reach, and so is the group that makes one', async () => {
  const { stores } = here.storage;
  const bank = await addRealm(here.storage, 'bank');
  const branch = { realmId: bank.id, name: 'Branch', alias: 'branch', enabled: true, domains: [], attributes: {} };
  const organization = await stores.organizations.create(branch);
  await here.storage.transaction((within) =>
    changePolicy(within, bank, organization, {
      revise: () => ({ tree: { recovery: { privilegedRoles: ['teller'] } }, problems: [] }),
      actor: { kind: 'operator', name: 'olga' },
    }),
  );
  const role = await stores.roles.create({ realmId: bank.id, name: 'teller', attributes: {}, composites: [] });
  const [member, outsider] = [await account(bank, 'member'), await account(bank, 'outsider')];
  for (const id of [member, outsider]) await stores.users.grantRole(bank.id, id, role.id);
  await stores.organizations.join(bank.id, organization.id, member);
  const group = (name: string, roles: Group['roles']) =>
    stores.groups.create({ realmId: bank.id, name, attributes: {}, roles });
  const [tellers, guests] = [await group('Tellers', [role.id]), await group('Guests', [])];
  const paths = [`/Users/${member}`, `/Users/${outsider}`, `/Groups/${tellers.id}`, `/Groups/${guests.id}`];
  const statuses = async (settings: object) => {
    const directory = await Directory.connect(here.storage, provider, bank, { settings });
    return Promise.all(paths.map(async (path) => (await directory.get(path)).status));
  };
  expect(await statuses({ visibility: 'realm' })).toEqual([404, 200, 404, 200]);
  expect(await statuses({ visibility: 'realm', manageAdministrators: true })).toEqual([200, 200, 200, 200]);
});

describe('Adoption', () => {
  test('a person whom no connection owns is read with visibility realm, and taken over only where the settings say so', async () => {
    const id = await account(realm, 'free');
    const change = [{ op: 'replace', path: 'title', value: 'x' }];
    expect((await own.get(`/Users/${id}`)).status).toBe(404);
    expect((await own.post('/Users', { schemas: [userSchema], userName: 'free' })).status).toBe(409);
    expect((await wide.get(`/Users/${id}`)).status).toBe(200);
    expect((await wide.patch(`/Users/${id}`, change)).status).toBe(403);
    const adopting = await Directory.connect(here.storage, provider, realm, { settings: { adopt: 'unowned' } });
    const adopted = await adopting.post('/Users', { schemas: [userSchema], userName: 'Free', title: 'y' });
    expect([adopted.status, adopted.body.id]).toEqual([201, id]);
    expect((await wide.get(`/Users/${id}`)).status).toBe(404);
    const root = await adopting.post('/Users', { schemas: [userSchema], userName: 'root' });
    expect([root.status, root.body.scimType]).toEqual([409, 'uniqueness']);
  });
});

describe('Types of an administrator', () => {
  const badge = 'urn:example:scim:schemas:2.0:Badge';
  const types = {
    schemas: [
      {
        id: badge,
        name: 'Badge',
        attributes: [
          { name: 'number', required: true, uniqueness: 'server' },
          { name: 'level', type: 'integer' },
        ],
      },
      {
        id: 'urn:example:scim:schemas:2.0:Access',
        name: 'Access',
        attributes: [{ name: 'door', uniqueness: 'server' }],
      },
    ],
    resourceTypes: [{ name: 'Badge', endpoint: '/Badges', schema: badge }],
    extensions: [{ type: 'User', schema: 'urn:example:scim:schemas:2.0:Access' }],
  };

  test('are created, found, changed, unique in the database, and known to no other connection', async () => {
    const directory = await Directory.connect(here.storage, provider, realm, { settings: { types } });
    const make = (number: string) => directory.post('/Badges', { schemas: [badge], number, level: 3 });
    const answers = await Promise.all([make('A1'), make('a1')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    const id = answers.find(({ status }) => status === 201)?.body.id;
    expect((await directory.get('/Badges?filter=level gt 2 and number sw "A"')).body.totalResults).toBe(1);
    expect((await directory.patch(`/Badges/${id}`, [{ op: 'replace', path: 'level', value: 4 }])).body.level).toBe(4);
    expect((await own.get('/Badges')).status).toBe(404);
    expect((await own.get(`/Users/${id}`)).status).toBe(404);
    const access = (door: string) => ({
      schemas: [userSchema],
      userName: `door-${randomBytes(4).toString('hex')}`,
      'urn:example:scim:schemas:2.0:Access': { door },
    });
    expect([
      (await directory.post('/Users', access('1'))).status,
      (await directory.post('/Users', access('1'))).status,
    ]).toEqual([201, 409]);
    expect((await directory.send('DELETE', `/Badges/${id}`)).status).toBe(204);
    expect((await make('A1')).status).toBe(201);
  });

  test('a definition that is not sound is refused when the connection is made', async () => {
    await expect(
      Directory.connect(here.storage, provider, realm, { settings: { types: { resourceTypes: types.resourceTypes } } }),
    ).rejects.toThrow(/not defined/);
  });
});

test('the enterprise extension of another connection stays unseen', async () => {
  const made = await own.person('ext', { [enterprise]: { department: 'D' } });
  expect((await wide.get(`/Users?filter=${enterprise}:department eq "D"`)).body.totalResults).toBe(0);
  expect(made[enterprise]).toEqual({ department: 'D' });
});
