import type { RealmId, UserId } from '@sparekey/contracts';
import { race } from '../../../testing/src/index.ts';
import { addRealm, addUser, openTestStorage, type TestStorage } from '../../test/fixtures.ts';

let test_: TestStorage;
let realmId: RealmId;
let userId: UserId;

beforeAll(async () => {
  test_ = await openTestStorage();
  realmId = (await addRealm(test_.storage)).id;
  userId = (await addUser(test_.storage, realmId)).id;
});
afterAll(() => test_.close());

const links = () => test_.storage.stores.actionLinks;
const make = (fields: { ttlSeconds?: number; data?: Record<string, unknown> } = {}) =>
  links().create({ realmId, userId, purpose: 'verify_email', ttlSeconds: 600, ...fields });

test('of 30 that follow one link at once, in two processes, exactly one has it (H22)', async () => {
  const other = await test_.another();
  const token = await make({ data: { email: 'ada@example.com' } });
  const { fulfilled, rejected } = await race(30, async (index, barrier) => {
    const store = index % 2 === 0 ? links() : other.stores.actionLinks;
    await barrier();
    return store.consume(realmId, token, 'verify_email');
  });
  expect(rejected).toEqual([]);
  expect(fulfilled.filter((link) => link !== undefined)).toMatchObject([
    { userId, data: { email: 'ada@example.com' } },
  ]);
});

test('looking at a link spends nothing, following it does', async () => {
  const token = await make();
  expect(await links().peek(realmId, token, 'verify_email')).toMatchObject({ userId });
  expect(await links().consume(realmId, token, 'verify_email')).toMatchObject({ userId });
  expect(await links().peek(realmId, token, 'verify_email')).toBeUndefined();
});

test('an expired, revoked, foreign, other-purpose or invented link is nothing', async () => {
  const elsewhere = (await addRealm(test_.storage)).id;
  const token = await make();
  expect(await links().consume(elsewhere, token, 'verify_email')).toBeUndefined();
  expect(await links().consume(realmId, token, 'forgot_password')).toBeUndefined();
  expect(await links().consume(realmId, await make({ ttlSeconds: -1 }), 'verify_email')).toBeUndefined();
  for (const invented of ['', '\0', 'x'.repeat(43), `${token} `, 'é'.repeat(43)])
    expect(await links().consume(realmId, invented, 'verify_email')).toBeUndefined();
  expect(await links().revoke(realmId, userId, 'verify_email')).toBeGreaterThan(0);
  expect(await links().consume(realmId, token, 'verify_email')).toBeUndefined();
});

test('a link spent in a transaction that rolls back is still to be had', async () => {
  const token = await make();
  const failed = test_.storage.transaction(async (stores) => {
    await stores.actionLinks.consume(realmId, token, 'verify_email');
    throw new Error('no');
  });
  await expect(failed).rejects.toThrow('no');
  expect(await links().consume(realmId, token, 'verify_email')).toMatchObject({ userId });
});

test('the token is nowhere in the database, nor is what is stored accepted as one', async () => {
  const token = await make();
  const rows = await test_.storage.database.rows<{ row: string; digest: Buffer }>({
    name: 'test_links',
    text: 'select to_jsonb(l)::text as row, token_digest as digest from action_link l',
  });
  expect(rows.map(({ row }) => row).join()).not.toContain(token);
  for (const { digest } of rows)
    expect(await links().consume(realmId, digest.toString('base64url'), 'verify_email')).toBeUndefined();
});
