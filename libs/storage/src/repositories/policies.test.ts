import type { OrganizationId, RealmId } from '@sparekey/contracts';
import { defaultPolicy, type PolicyOverride } from '@sparekey/policy';
import { race } from '../../../testing/src/index.ts';
import { addRealm, addUser, openTestStorage, type TestStorage } from '../../test/fixtures.ts';
import type { Storage } from '../storage.ts';

let test_: TestStorage;
let storage: Storage;

beforeAll(async () => {
  test_ = await openTestStorage();
  storage = test_.storage;
});
afterAll(() => test_.close());

const strict: PolicyOverride = { backupCodes: { groups: 4 } };

function addOrganization(realmId: RealmId, alias: string, more: { policy?: PolicyOverride; enabled?: boolean } = {}) {
  const fields = { name: alias, alias, enabled: true, domains: [], attributes: {} };
  return storage.stores.organizations.create({ realmId, ...fields, ...more });
}

const save = (realmId: RealmId, organizationId: OrganizationId | undefined, version: number, policy = strict) =>
  storage.stores.policies.save({
    realmId,
    ...(organizationId && { organizationId }),
    policy: organizationId ? policy : { ...defaultPolicy, freshProofSeconds: 60 },
    version,
    changes: [{ path: 'backupCodes.groups', before: 2, after: 4 }],
    changedBy: 'test',
  });

test('overrides are those of enabled organizations that decide something, and come back as they were stored', async () => {
  const { id: realmId } = await addRealm(storage);
  await addOrganization(realmId, 'silent');
  await addOrganization(realmId, 'disabled', { policy: strict, enabled: false });
  const { id } = await addOrganization(realmId, 'strict', { policy: strict });
  expect(await storage.stores.policies.overrides(realmId)).toEqual([{ id, alias: 'strict', override: strict }]);
  const stored = await storage.stores.organizations.list(realmId);
  expect(stored.map(({ alias, policy }) => [alias, policy])).toEqual([
    ['disabled', strict],
    ['silent', undefined],
    ['strict', strict],
  ]);
});

test('versions of a realm and of each organization are counted apart', async () => {
  const { id: realmId } = await addRealm(storage);
  const { id } = await addOrganization(realmId, 'o');
  const { policies } = storage.stores;
  expect(await policies.version(realmId)).toBe(0);
  await save(realmId, undefined, 1);
  await save(realmId, undefined, 2);
  await save(realmId, id, 1);
  expect([await policies.version(realmId), await policies.version(realmId, id)]).toEqual([2, 1]);
  expect((await policies.history(realmId)).map(({ version }) => version)).toEqual([2, 1]);
  expect(await policies.history(realmId, id)).toEqual([
    {
      version: 1,
      organizationId: id,
      changes: [{ path: 'backupCodes.groups', before: 2, after: 4 }],
      changedBy: 'test',
      changedAt: expect.any(Date),
    },
  ]);
  expect((await storage.stores.realms.byId(realmId))?.policy.freshProofSeconds).toBe(60);
});

test('of parallel changes to one version one is written, the others are a conflict and write nothing', async () => {
  const { id: realmId } = await addRealm(storage);
  const { id } = await addOrganization(realmId, 'o');
  const { fulfilled, rejected } = await race(8, (index) =>
    save(realmId, id, 1, { freshProofSeconds: 100 + index } as PolicyOverride),
  );
  expect(fulfilled).toHaveLength(1);
  for (const error of rejected) expect(error).toMatchObject({ code: 'conflict' });
  expect(await storage.stores.policies.history(realmId, id)).toHaveLength(1);
});

test('a version without a policy to go with it is undone', async () => {
  const { id: realmId } = await addRealm(storage);
  const { id: elsewhere } = await addRealm(storage);
  const { id } = await addOrganization(elsewhere, 'o');
  await expect(save(realmId, id, 1)).rejects.toMatchObject({ code: 'conflict' });
  expect(await storage.stores.policies.version(realmId, id)).toBe(0);
});

test('other processes hear of every change that alters somebody’s policy, and of no other', async () => {
  const { id: realmId } = await addRealm(storage);
  const { id } = await addOrganization(realmId, 'o');
  const version = async () => (await storage.stores.realms.byId(realmId))?.version;
  const bumps = async (change: () => Promise<unknown>) => {
    const before = await version();
    await change();
    return (await version()) !== before;
  };
  const run = (text: string) => storage.database.count({ name: 'test_change', text, values: [realmId], dynamic: true });
  expect(await bumps(() => addOrganization(realmId, 'plain'))).toBe(false);
  expect(await bumps(() => run(`update organization set description = 'x' where realm_id = $1`))).toBe(false);
  expect(await bumps(() => save(realmId, id, 1))).toBe(true);
  expect(await bumps(() => run(`update organization set enabled = false where realm_id = $1 and alias = 'o'`))).toBe(
    true,
  );
  expect(await bumps(() => addOrganization(realmId, 'strict', { policy: strict }))).toBe(true);
  expect(await bumps(() => run(`delete from organization where realm_id = $1 and alias = 'strict'`))).toBe(true);
});

test('a time of grace begins once, however many sign-ins ask at the same time', async () => {
  const { id: realmId } = await addRealm(storage);
  const { id: userId } = await addUser(storage, realmId);
  const { policies } = storage.stores;
  expect(await policies.graceOf(realmId, userId)).toBeUndefined();
  const { fulfilled } = await race(10, () => policies.beginGrace(realmId, userId));
  expect(new Set(fulfilled.map((began) => began.getTime())).size).toBe(1);
  expect(await policies.graceOf(realmId, userId)).toEqual(fulfilled[0]);
});
