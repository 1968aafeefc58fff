import { randomBytes } from 'node:crypto';
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

const passes = () => test_.storage.stores.recoveryPasses;

async function issue({ needsApproval = false, minutes = 15 } = {}) {
  const digest = randomBytes(32);
  const pass = await passes().issue({ realmId, userId, digest, operator: 'ann', needsApproval, minutes });
  return { ...pass, digest };
}

test('of fifty parallel uses of one pass exactly one counts', async () => {
  const { digest } = await issue();
  const another = await test_.another();
  const { fulfilled } = await race(50, async (n, barrier) => {
    const { recoveryPasses } = (n % 2 === 0 ? test_.storage : another).stores;
    await barrier();
    return recoveryPasses.consume(realmId, userId, digest);
  });
  expect(fulfilled.filter((id) => id !== undefined)).toHaveLength(1);
  expect(await passes().live(realmId, userId)).toBe(false);
});

test('a pass is good for one person, until it expires, and a new one ends the one before', async () => {
  const other = await addUser(test_.storage, realmId);
  const first = await issue();
  expect(await passes().consume(realmId, other.id, first.digest)).toBeUndefined();
  const second = await issue();
  expect(await passes().consume(realmId, userId, first.digest)).toBeUndefined();
  expect(await passes().matches(realmId, userId, second.digest)).toBe(true);
  const expired = await issue({ minutes: 0 });
  expect(await passes().consume(realmId, userId, expired.digest)).toBeUndefined();
});

test('a pass for a privileged person waits for another operator: not the one who issued it, under whatever hurry', async () => {
  const { id, digest } = await issue({ needsApproval: true });
  expect(await passes().live(realmId, userId)).toBe(false);
  expect(await passes().approve(realmId, id, 'ann')).toBeUndefined();
  expect(await passes().consume(realmId, userId, digest)).toBeUndefined();
  expect(await passes().approve(realmId, id, 'ben')).toEqual({ userId });
  expect(await passes().consume(realmId, userId, digest)).toBe(id);
});
