import { randomBytes } from 'node:crypto';
import type { OrganizationId } from '@sparekey/contracts';
import { changePolicy, type Group } from '@sparekey/realms';
import { type Directory, enterprise, userSchema } from '../../src/testing/directory.ts';
import { addRealm } from '../../src/testing/storage.ts';
import { useServedRealm } from './served-realm.ts';

const here = useServedRealm();
let own: Directory;
let wide: Directory;

beforeAll(async () => {
  own = await here.connect();
  wide = await here.connect({ settings: { visibility: 'realm' } });
  const { stores } = here.storage;
  const role = await stores.roles.create({ realmId: here.realm.id, name: 'admin', attributes: {}, composites: [] });
  await stores.users.grantRole(here.realm.id, await here.account('root'), role.id);
});

describe("An organization's connection", () => {
  test('sees members of the organization alone, and whom it makes is one', async () => {
    const { stores } = here.storage;
    const { id: organizationId } = await stores.organizations.create({
      realmId: here.realm.id,
      name: 'Sales',
      alias: 'sales',
      enabled: true,
      domains: [],
      attributes: {},
    });
    const [inside, outside] = [await here.account('inside'), await here.account('outside')];
    await stores.organizations.join(here.realm.id, organizationId, inside);
    const sales = await here.connect({
      settings: { visibility: 'realm', adopt: 'unowned' },
      organizationId: organizationId as OrganizationId,
    });
    const made = await sales.person('made-by-sales');
    const seen = (await sales.get('/Users')).body.Resources.map(({ id }: { id: string }) => id).sort();
    expect(seen).toEqual([inside, made.id].sort());
    expect((await sales.get(`/Users/${outside}`)).status).toBe(404);
    expect(await stores.organizations.members(here.realm.id, organizationId)).toContain(made.id);
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
  const [member, outsider] = [await here.account('member', bank), await here.account('outsider', bank)];
  for (const id of [member, outsider]) await stores.users.grantRole(bank.id, id, role.id);
  await stores.organizations.join(bank.id, organization.id, member);
  const group = (name: string, roles: Group['roles']) =>
    stores.groups.create({ realmId: bank.id, name, attributes: {}, roles });
  const [tellers, guests] = [await group('Tellers', [role.id]), await group('Guests', [])];
  const paths = [`/Users/${member}`, `/Users/${outsider}`, `/Groups/${tellers.id}`, `/Groups/${guests.id}`];
  const statuses = async (settings: object) => {
    const directory = await here.connect({ settings }, bank);
    return Promise.all(paths.map(async (path) => (await directory.get(path)).status));
  };
  expect(await statuses({ visibility: 'realm' })).toEqual([404, 200, 404, 200]);
  expect(await statuses({ visibility: 'realm', manageAdministrators: true })).toEqual([200, 200, 200, 200]);
});

describe('Adoption', () => {
  test('a person whom no connection owns is read with visibility realm, and taken over only where the settings say so', async () => {
    const id = await here.account('free');
    const change = [{ op: 'replace', path: 'title', value: 'x' }];
    expect((await own.get(`/Users/${id}`)).status).toBe(404);
    expect((await own.post('/Users', { schemas: [userSchema], userName: 'free' })).status).toBe(409);
    expect((await wide.get(`/Users/${id}`)).status).toBe(200);
    expect((await wide.patch(`/Users/${id}`, change)).status).toBe(403);
    const adopting = await here.connect({ settings: { adopt: 'unowned' } });
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
    const directory = await here.connect({ settings: { types } });
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
    await expect(here.connect({ settings: { types: { resourceTypes: types.resourceTypes } } })).rejects.toThrow(
      /not defined/,
    );
  });
});

test('the enterprise extension of another connection stays unseen', async () => {
  const made = await own.person('ext', { [enterprise]: { department: 'D' } });
  expect((await wide.get(`/Users?filter=${enterprise}:department eq "D"`)).body.totalResults).toBe(0);
  expect(made[enterprise]).toEqual({ department: 'D' });
});
