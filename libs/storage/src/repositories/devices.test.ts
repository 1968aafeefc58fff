import { randomBytes } from 'node:crypto';
import type { RealmId, UserId } from '@sparekey/contracts';
import { addRealm, addUser, openTestStorage, type TestStorage } from '../../test/fixtures.ts';

let test_: TestStorage;
let realmId: RealmId;
let ann: UserId;
let ben: UserId;

beforeAll(async () => {
  test_ = await openTestStorage();
  realmId = (await addRealm(test_.storage)).id;
  ann = (await addUser(test_.storage, realmId)).id;
  ben = (await addUser(test_.storage, realmId)).id;
});
afterAll(() => test_.close());

const devices = () => test_.storage.stores.devices;

test('the secret of one person’s browser is worth nothing for another person (GHSA authy-devise#58)', async () => {
  const secretHash = randomBytes(32);
  const id = await devices().add(realmId, ann, { secretHash, trusted: true });
  expect((await devices().find(realmId, ann, { id, secretHash }))?.trustedAt).toBeInstanceOf(Date);
  expect(await devices().find(realmId, ben, { id, secretHash })).toBeUndefined();
  expect(await devices().find(realmId, ann, { id, secretHash: randomBytes(32) })).toBeUndefined();
  expect(await devices().find(realmId, ann, { id: 'no-id', secretHash })).toBeUndefined();
});

test('ending trust ends it for every browser of the person, and leaves them known', async () => {
  const secretHash = randomBytes(32);
  const id = await devices().add(realmId, ben, {
    secretHash,
    trusted: true,
    ip: '192.0.2.1',
    userAgent: 'x'.repeat(600),
  });
  await devices().add(realmId, ben, { secretHash: randomBytes(32), trusted: false });
  expect(await devices().trusted(realmId, ben)).toMatchObject([{ id, ip: '192.0.2.1' }]);
  expect(await devices().distrustAll(realmId, ben)).toBe(1);
  expect(await devices().trusted(realmId, ben)).toEqual([]);
  expect(await devices().find(realmId, ben, { id, secretHash })).not.toHaveProperty('trustedAt');
});

test('a record is removed by its own person only', async () => {
  const secretHash = randomBytes(32);
  const id = await devices().add(realmId, ann, { secretHash, trusted: true });
  expect(await devices().remove(realmId, ben, id)).toBe(false);
  expect(await devices().remove(realmId, ann, id)).toBe(true);
});
