import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type PolicyInput, type PolicyOverride, policySchema } from '@sparekey/policy';
import { openStorage, type Storage } from '@sparekey/storage';
import { createTestDatabase, type TestDatabase } from '@sparekey/testing';
import { createRealmCache, type RealmCache, type ServedRealm } from '../realms/cache.ts';
import { addUser } from '../testing/storage.ts';
import { policyFor } from './policy-for.ts';

let database: TestDatabase;
let storage: Storage;
let cache: RealmCache;
const statements: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  const onStatement = (name: string) => statements.push(name);
  storage = await openStorage({ databaseUrl: database.url, masterKey: randomBytes(32), poolSize: 2, onStatement });
  cache = createRealmCache(storage, 'http://localhost');
});
afterAll(async () => {
  cache.close();
  await storage.close();
  await database.drop();
});

let count = 0;

/** A realm with one person, in as many organizations as there are overrides. */
async function serve(policy: PolicyInput, overrides: readonly PolicyOverride[]) {
  count += 1;
  const name = `realm-${count}`;
  const { stores } = storage;
  const realm = await stores.realms.create({ name, enabled: true, policy: policySchema.parse(policy), attributes: {} });
  const person = await addUser(storage, realm, { username: 'ada' });
  for (const [index, override] of overrides.entries()) {
    const alias = `o${index}`;
    const fields = { name: alias, alias, enabled: true, domains: [], attributes: {}, policy: override };
    const { id } = await stores.organizations.create({ realmId: realm.id, ...fields });
    await stores.organizations.join(realm.id, id, person.id);
  }
  const served = await cache.get(name);
  if (served === undefined) throw new Error(`${name} is not served`);
  return { served, person };
}

const request = (): { req: IncomingMessage } => ({ req: {} as IncomingMessage });

/** What a piece of work sends to the database. */
async function sent(work: () => Promise<unknown>): Promise<string[]> {
  statements.length = 0;
  await work();
  return [...statements];
}

const ask = (realm: ServedRealm, ctx: { req: IncomingMessage }, id: string) =>
  policyFor(storage.stores, { ctx, realm }, id as never);

test('where neither organizations nor roles make a difference nobody is looked up', async () => {
  const { served, person } = await serve({}, []);
  expect(await sent(() => ask(served, request(), person.id))).toEqual([]);
  expect((await ask(served, request(), person.id)).policy).toBe(served.realm.policy);
});

test('where they do it costs one statement a request, however often and in parallel it is asked', async () => {
  const { served, person } = await serve({}, [{ backupCodes: { groups: 3 } }, { backupCodes: { groups: 5 } }]);
  const ctx = request();
  const asked = await sent(() => Promise.all([1, 2, 3].map(() => ask(served, ctx, person.id))));
  expect(asked).toEqual(['user_claims']);
  expect(await sent(() => ask(served, ctx, person.id))).toEqual([]);
  const { policy } = await ask(served, request(), person.id);
  expect(policy.backupCodes.groups).toBe(5);
  expect((await ask(served, request(), person.id)).policy).toBe(policy);
});

test('nobody is under the realm’s policy', async () => {
  const { served } = await serve({}, [{ backupCodes: { groups: 3 } }]);
  const { policy } = await policyFor(storage.stores, { ctx: request(), realm: served }, undefined);
  expect(policy).toBe(served.realm.policy);
  expect((await ask(served, request(), '00000000-0000-0000-0000-000000000000')).policy).toBe(served.realm.policy);
});
