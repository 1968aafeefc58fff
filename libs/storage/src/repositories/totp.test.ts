import type { RealmId, UserId } from '@sparekey/contracts';
import { race } from '../../../testing/src/index.ts';
import { addRealm, addUser, openTestStorage, type TestStorage } from '../../test/fixtures.ts';

let test_: TestStorage;
let realmId: RealmId;
let userId: UserId;

beforeAll(async () => {
  test_ = await openTestStorage();
  realmId = (await addRealm(test_.storage)).id;
});
beforeEach(async () => {
  userId = (await addUser(test_.storage, realmId)).id;
});
afterAll(() => test_.close());

const totp = () => test_.storage.stores.totp;
const seed = Buffer.from('12345678901234567890');
const fields = {
  label: 'phone',
  secret: seed,
  algorithm: 'sha1',
  digits: 6,
  periodSeconds: 30,
  lastStep: 0,
  driftSteps: 0,
} as const;

test('a pending authenticator replaces the pending one before it, a confirmed one is added to the others', async () => {
  await totp().add(realmId, userId, { ...fields, label: 'first', confirmedAt: new Date() });
  await totp().add(realmId, userId, { ...fields, label: 'second' });
  const id = await totp().add(realmId, userId, { ...fields, label: 'third', algorithm: 'sha512', digits: 8 });
  expect(await totp().pending(realmId, userId)).toMatchObject({ id, label: 'third', secret: seed, digits: 8 });
  expect(await totp().confirm(realmId, userId, id, 'tablet', 7)).toBe(true);
  expect(await totp().confirm(realmId, userId, id, 'again', 8)).toBe(false);
  expect(await totp().pending(realmId, userId)).toBeUndefined();
  expect((await totp().list(realmId, userId)).map((one) => one.label)).toEqual(['first', 'tablet']);
});

test('enrolments begun at once leave one pending', async () => {
  const { rejected } = await race(20, async (_, barrier) => {
    await barrier();
    return totp().add(realmId, userId, fields);
  });
  expect(rejected).toEqual([]);
  expect(await totp().pending(realmId, userId)).toBeDefined();
});

test('of 50 parallel uses of one time step, over two pools, exactly one is accepted', async () => {
  const other = await test_.another();
  const id = await totp().add(realmId, userId, { ...fields, confirmedAt: new Date() });
  for (let step = 1; step <= 3; step += 1) {
    const { fulfilled, rejected } = await race(50, async (index, barrier) => {
      const stores = index % 2 === 0 ? test_.storage.stores : other.stores;
      await barrier();
      return stores.totp.consumeStep(realmId, userId, id, step, -1);
    });
    expect(rejected).toEqual([]);
    expect(fulfilled.filter(Boolean)).toHaveLength(1);
  }
});

test('a step at or below the last one, a pending authenticator and a foreign one are refused', async () => {
  const id = await totp().add(realmId, userId, { ...fields, lastStep: 10 });
  expect(await totp().consumeStep(realmId, userId, id, 11, 0)).toBe(false);
  expect(await totp().confirm(realmId, userId, id, 'late', 10)).toBe(false);
  expect(await totp().confirm(realmId, userId, id, 'phone', 11)).toBe(true);
  const stranger = await addUser(test_.storage, realmId);
  expect(await totp().consumeStep(realmId, stranger.id, id, 12, 0)).toBe(false);
  expect(await totp().consumeStep(realmId, userId, 'nonsense' as never, 12, 0)).toBe(false);
  expect(await totp().consumeStep(realmId, userId, id, 11, 0)).toBe(false);
  expect(await totp().consumeStep(realmId, userId, id, 12, 1)).toBe(true);
  expect((await totp().list(realmId, userId))[0]).toMatchObject({ lastStep: 12, driftSteps: 1 });
});

test('a seed copied to another person does not open', async () => {
  await totp().add(realmId, userId, { ...fields, confirmedAt: new Date() });
  const thief = await addUser(test_.storage, realmId);
  await test_.storage.database.count({
    name: 'steal',
    text: `insert into totp_authenticator select realm_id, $2, id, label, secret_sealed, algorithm, digits,
             period_seconds, last_step, drift_steps, created_at, confirmed_at from totp_authenticator where user_id = $1`,
    values: [userId, thief.id],
  });
  await expect(totp().list(realmId, thief.id)).rejects.toThrow('does not open');
});

test('a removed authenticator is gone', async () => {
  const id = await totp().add(realmId, userId, { ...fields, confirmedAt: new Date() });
  expect(await totp().remove(realmId, userId, id)).toBe(true);
  expect(await totp().remove(realmId, userId, id)).toBe(false);
  expect(await totp().consumeStep(realmId, userId, id, 1, 0)).toBe(false);
});
