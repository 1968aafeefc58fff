import type { RealmId } from '@sparekey/contracts';
import { addRealm, addUser, openTestStorage, setFields, type TestStorage } from '../../test/fixtures.ts';

let test_: TestStorage;
let realmId: RealmId;

beforeAll(async () => {
  test_ = await openTestStorage();
  realmId = (await addRealm(test_.storage)).id;
});
afterAll(() => test_.close());

const totp = {
  label: 'Pixel 9',
  secret: Buffer.alloc(20, 1),
  algorithm: 'sha1',
  digits: 6,
  periodSeconds: 30,
  lastStep: 0,
  driftSteps: 0,
  confirmedAt: new Date(),
} as const;

/** A person with so many devices, and codes until then. */
async function person(username: string, devices: number, codesUntil?: Date) {
  const { stores } = test_.storage;
  const user = await addUser(test_.storage, realmId, { username });
  for (let n = 0; n < devices; n += 1) await stores.totp.add(realmId, user.id, totp);
  if (codesUntil !== undefined) {
    const id = await stores.backupCodes.addPending(setFields(realmId, user.id, 10, codesUntil));
    await stores.backupCodes.confirm(realmId, user.id, id);
  }
  return user;
}

test('the forecast names who holds one device and no code that works, page by page, and nobody else', async () => {
  const later = new Date(Date.now() + 86_400_000);
  await person('nothing-to-lose', 0);
  await person('two-devices', 2);
  await person('has-codes', 1, later);
  const { id } = await person('disabled', 1);
  const { stores } = test_.storage;
  const disabled = await stores.users.byId(realmId, id);
  if (disabled !== undefined) await stores.users.update({ ...disabled, enabled: false });
  await person('a-no-codes', 1);
  await person('b-expired', 1, new Date(Date.now() - 1000));
  const all: string[] = [];
  let looked = 0;
  for (let after: string | undefined, more = true; more; ) {
    const page = await test_.storage.forecast.page(realmId, ['totp', 'webauthn'], after, 2);
    all.push(...page.found.map(({ username, kind, label, codes }) => `${username} ${kind} ${label} ${codes}`));
    looked += page.looked;
    after = page.last;
    more = after !== undefined;
  }
  expect(all).toEqual(['a-no-codes totp Pixel 9 none', 'b-expired totp Pixel 9 expired']);
  expect(looked).toBe(await test_.storage.forecast.count(realmId));
});

test('a kind the policy no longer allows is no second device, and a code by mail is a way in beside the device', async () => {
  const named = async (allowed: string[]) =>
    (await test_.storage.forecast.page(realmId, allowed, undefined, 100)).found.map(({ username }) => username);
  expect(await named(['webauthn'])).toEqual([]);
  await test_.storage.database.count({
    name: 'test_verified_mail',
    text: `update user_account set email = 'a@example.com', email_norm = 'a@example.com', email_verified = true
           where username = 'a-no-codes'`,
  });
  expect(await named(['totp', 'email'])).toEqual(['b-expired']);
  expect(await named(['totp'])).toEqual(['a-no-codes', 'b-expired']);
});
