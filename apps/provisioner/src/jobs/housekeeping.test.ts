import { randomBytes } from 'node:crypto';
import { defaultPolicy } from '@sparekey/policy';
import { openStorage, type Storage } from '@sparekey/storage';
import { createTestDatabase, type TestDatabase } from '@sparekey/testing';
import { endExpiredSets } from './housekeeping.ts';

let database: TestDatabase;
let storage: Storage;

beforeAll(async () => {
  database = await createTestDatabase();
  storage = await openStorage({ databaseUrl: database.url, masterKey: randomBytes(32), poolSize: 2 });
});

afterAll(async () => {
  await storage.close();
  await database.drop();
});

async function holder(expiredDaysAgo: number) {
  const { stores } = storage;
  const realm =
    (await stores.realms.byName('acme')) ??
    (await stores.realms.create({ name: 'acme', enabled: true, policy: defaultPolicy, attributes: {} }));
  const username = `expired-${expiredDaysAgo}`;
  const user = await stores.users.create({
    realmId: realm.id,
    username,
    emailVerified: false,
    phoneNumberVerified: false,
    enabled: true,
    attributes: {},
    requiredActions: [],
  });
  const id = crypto.randomUUID() as Parameters<typeof stores.backupCodes.confirm>[2];
  await stores.backupCodes.addPending({
    id,
    realmId: realm.id,
    userId: user.id,
    scheme: { version: 1, memoryKib: 19_456, iterations: 2, parallelism: 1, pepperId: 'p' },
    salt: randomBytes(16),
    verifiers: [randomBytes(32), randomBytes(32)],
    codeLength: 8,
    groupLength: 4,
    selection: 'any',
    expiresAt: new Date(Date.now() - expiredDaysAgo * 86_400_000),
  });
  await stores.backupCodes.confirm(realm.id, user.id, id);
  return { realmId: realm.id, userId: user.id };
}

test('a set ends with its verifiers and an audit event 30 days after it expired, and not before', async () => {
  const long = await holder(31);
  const lately = await holder(29);
  await endExpiredSets(storage, new AbortController().signal);
  expect(await storage.stores.backupCodes.active(long.realmId, long.userId)).toBeUndefined();
  expect(await storage.stores.backupCodes.active(lately.realmId, lately.userId)).toMatchObject({ left: 2 });
  const kept = await storage.database.rows({
    name: 'test_verifiers',
    text: 'select 1 from backup_code where user_id = $1 and verifier is not null',
    values: [long.userId],
  });
  expect(kept).toHaveLength(0);
  const events = await storage.auditReader.list(long.realmId, { limit: 10 });
  expect(events.map(({ type, subject }) => ({ type, subject }))).toEqual([
    { type: 'backup_codes.expired', subject: long.userId },
  ]);
});
