import { defaultPolicy } from '@sparekey/policy';
import { createTestDatabase } from '../../../testing/src/index.ts';
import { Keyring } from '../keyring/keyring.ts';
import { storesOn } from '../stores.ts';
import { bulk } from './bulk.ts';
import { Database } from './database.ts';
import type { Queryable } from './queryable.ts';

const keyring = new Keyring([Buffer.alloc(32, 7)]);

/** Writes people into one realm and tells how PostgreSQL would then find one of them, as a foreign key does. */
async function planAfter(people: number, db: Queryable): Promise<string> {
  const stores = storesOn(db, keyring);
  const realm = await stores.realms.create({ name: 'r', enabled: true, policy: defaultPolicy, attributes: {} });
  for (let index = 0; index < people; index += 1) {
    await stores.users.create({
      realmId: realm.id,
      username: `user-${index}`,
      emailVerified: false,
      phoneNumberVerified: false,
      enabled: true,
      attributes: {},
      requiredActions: [],
    });
  }
  const lines = await db.rows<{ 'QUERY PLAN': string }>({
    name: 'explain',
    text: 'explain (generic_plan) select 1 from user_account where realm_id = $1 and id = $2 for key share',
    dynamic: true,
  });
  return lines.map((line) => line['QUERY PLAN']).join('\n');
}

test('a foreign key to a person is followed by the primary key, however many were written before', async () => {
  const database = await createTestDatabase();
  const db = new Database({ url: database.url, poolSize: 1, applicationName: 'test', onConnectionError() {} });
  try {
    const plan = await db.atomically(async (transaction) => planAfter(300, await bulk(transaction)));
    expect(plan).toContain('user_account_pkey');
  } finally {
    await db.end();
    await database.drop();
  }
});
