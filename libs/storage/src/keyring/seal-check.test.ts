import { race } from '../../../testing/src/index.ts';
import { addRealm, clientFields, masterKey, openTestStorage, type TestStorage } from '../../test/fixtures.ts';

let test_: TestStorage;

beforeEach(async () => {
  test_ = await openTestStorage();
});
afterEach(() => test_.close());

const next = Buffer.alloc(32, 9);

test('a new master key takes over when the one before it is at hand; what that one sealed still opens', async () => {
  const { id: realmId } = await addRealm(test_.storage);
  await test_.storage.stores.clients.create({ ...clientFields(realmId, 'app'), secret: 'old secret' });
  const after = await test_.another({ masterKey: next, earlierMasterKeys: [masterKey] });
  expect((await after.stores.clients.byClientId(realmId, 'app'))?.secret).toBe('old secret');
  await test_.another({ masterKey: next, earlierMasterKeys: [masterKey] });
});

test('the replaced master key alone is refused from then on', async () => {
  await test_.another({ masterKey: next, earlierMasterKeys: [masterKey] });
  await expect(test_.another()).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('was replaced by'),
  });
});

test('a new database opened at once with different master keys takes one of them', async () => {
  await test_.storage.database.count({ name: 'forget_seal', text: 'delete from seal_check' });
  const { fulfilled, rejected } = await race(6, async (index, barrier) => {
    await barrier();
    return test_.another({ masterKey: Buffer.alloc(32, index % 2 === 0 ? 1 : 2), poolSize: 2 });
  });
  expect(fulfilled).toHaveLength(3);
  expect(new Set(fulfilled.map((storage) => storage.keyring.currentKeyId)).size).toBe(1);
  for (const error of rejected) expect(error).toMatchObject({ code: 'unavailable' });
});
