import type { Actor } from '@sparekey/audit';
import {
  addScimConnection,
  changeScimConnection,
  moveScimConnection,
  removeScimConnection,
  type ScimConnectionDraft,
} from '@sparekey/provisioning';
import { race } from '../../../testing/src/index.ts';
import { addRealm, openTestStorage, type TestStorage } from '../../test/fixtures.ts';
import type { Storage } from '../storage.ts';

let test_: TestStorage;
let storage: Storage;

beforeAll(async () => {
  test_ = await openTestStorage();
  storage = test_.storage;
});
afterAll(() => test_.close());

const actor: Actor = { kind: 'operator', name: 'olga' };
const target: ScimConnectionDraft & { secret?: string } = {
  name: 'crm',
  kind: 'target',
  profile: 'okta',
  settings: { baseUrl: 'https://crm.example/scim' },
};

const add = (realmId: Parameters<typeof addScimConnection>[1], draft = target) =>
  storage.transaction((stores) => addScimConnection(stores, realmId, draft, actor));

test('a connection comes back with the defaults of its kind; its name is taken once in a realm', async () => {
  const [one, other] = [await addRealm(storage), await addRealm(storage)];
  const connection = await add(one.id);
  expect(connection.settings).toMatchObject({
    baseUrl: 'https://crm.example/scim',
    deprovision: { policy: 'disable' },
  });
  expect(await storage.stores.scimConnections.byName(one.id, 'crm')).toEqual(connection);
  expect(await storage.stores.scimConnections.byId(other.id, connection.id)).toBeUndefined();
  await expect(add(one.id)).rejects.toMatchObject({ code: 'conflict' });
  await add(other.id);
});

test('what cannot be is refused with every problem by its path, and nothing is written', async () => {
  const { id } = await addRealm(storage);
  const settings = { baseUrl: 'https://u:p@crm.example', brake: { percent: 101 }, bogus: 1 };
  const refused = add(id, { ...target, name: '../etc', profile: 'nobody', settings });
  const paths = ['baseUrl', 'brake.percent', 'bogus', 'name', 'profile'];
  await expect(refused).rejects.toMatchObject({
    problems: expect.arrayContaining(paths.map((path) => expect.objectContaining({ path }))),
  });
  await expect(add(id, { ...target, kind: 'server', profile: 'aws', settings: {} })).rejects.toMatchObject({
    problems: [expect.objectContaining({ path: 'profile' })],
  });
  expect(await storage.stores.scimConnections.list(id)).toEqual([]);
});

test('a target waits for its secret, which stands sealed in the row and is read by nobody else', async () => {
  const { id } = await addRealm(storage);
  const waiting = await add(id);
  expect(waiting).toMatchObject({ state: 'paused', stateReason: 'its secret is missing' });
  const secret = 'canary-of-the-bearer';
  await storage.transaction((stores) => changeScimConnection(stores, waiting, { secret }, actor));
  const after = await storage.stores.scimConnections.byId(id, waiting.id);
  expect(after?.state).toBe('active');
  expect(JSON.stringify(after)).not.toContain('canary');
  expect(await storage.stores.scimConnections.secret(id, waiting.id)).toBe(secret);
  const rows = await storage.database.rows<{ row: string }>({
    name: 'scim_connection_row',
    text: `select to_jsonb(c)::text || (select string_agg(to_jsonb(a)::text, '') from audit_event a where a.realm_id = $1)
             as row
           from scim_connection c where realm_id = $1`,
    values: [id],
  });
  expect(rows[0]?.row).not.toMatch(/canary|63616e617279/);
  // A sealed value that is moved to another connection does not open there.
  const other = await add(id, { ...target, name: 'erp' });
  await storage.database.count({
    name: 'scim_connection_swap',
    text: `update scim_connection set secret_sealed =
             (select secret_sealed from scim_connection where realm_id = $1 and id = $2)
           where realm_id = $1 and id = $3`,
    values: [id, waiting.id, other.id],
  });
  await expect(storage.stores.scimConnections.secret(id, other.id)).rejects.toMatchObject({ code: 'internal' });
});

test('of parallel changes to one reading one succeeds', async () => {
  const { id } = await addRealm(storage);
  const before = await add(id);
  const { fulfilled } = await race(8, (n) =>
    storage.transaction((stores) => changeScimConnection(stores, before, { name: `crm-${n}` }, actor)),
  );
  expect(fulfilled).toHaveLength(1);
  expect(await storage.stores.scimConnections.list(id)).toMatchObject([{ version: 2 }]);
});

test('every change is told to the trail with what it changed', async () => {
  const { id } = await addRealm(storage);
  const before = await add(id, { ...target, secret: 'x' });
  await storage.transaction(async (stores) => {
    const settings = { baseUrl: 'https://crm.example/v2' };
    const after = await changeScimConnection(stores, before, { name: 'sales', settings, secret: 'y' }, actor);
    expect(await moveScimConnection(stores, after, 'paused', { reason: 'holidays', actor })).toBe(true);
    expect(await moveScimConnection(stores, after, 'paused', { actor })).toBe(false);
    await removeScimConnection(stores, after, actor);
  });
  const events = await storage.database.rows({
    name: 'scim_events',
    text: `select type, reason, detail from audit_event where realm_id = $1 order by id`,
    values: [id],
  });
  expect(events).toEqual([
    { type: 'scim_connection.created', reason: null, detail: { connection: 'crm', kind: 'target', profile: 'okta' } },
    {
      type: 'scim_connection.changed',
      reason: null,
      detail: { connection: 'sales', kind: 'target', profile: 'okta', fields: 'name settings secret' },
    },
    {
      type: 'scim_connection.moved',
      reason: 'holidays',
      detail: { connection: 'sales', kind: 'target', profile: 'okta', state: 'paused' },
    },
    { type: 'scim_connection.removed', reason: null, detail: { connection: 'sales', kind: 'target', profile: 'okta' } },
  ]);
});

test('settings are read once for each writing of a connection, and what was undone counts for nothing', async () => {
  const { id: realmId } = await addRealm(storage);
  const before = await add(realmId);
  const read = () => storage.stores.scimConnections.byName(realmId, before.name);
  const [one, two] = [await read(), await read()];
  expect(one?.settings).toBe(two?.settings);
  expect(() => Object.assign(one?.settings ?? {}, { groups: ['*'] })).toThrow(TypeError);
  const to = (groups: string[]) => ({ settings: { ...before.settings, groups } });
  const undone = storage.transaction(async (stores) => {
    await changeScimConnection(stores, before, to(['/undone']), actor);
    expect((await stores.scimConnections.byName(realmId, before.name))?.settings).toMatchObject({
      groups: ['/undone'],
    });
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  await storage.transaction((stores) => changeScimConnection(stores, before, to(['/done']), actor));
  expect((await read())?.settings).toMatchObject({ groups: ['/done'] });
});
