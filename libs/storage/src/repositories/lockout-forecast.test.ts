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

/** All pages of this size, as `username: devices, ways, organizations`. */
async function all(limit: number) {
  const told: string[] = [];
  let looked = 0;
  let pages = 0;
  for (let after: string | undefined, more = true; more; pages += 1) {
    const page = await test_.storage.forecast.page(realmId, after, limit);
    told.push(
      ...page.found.map(({ username, devices, byMail, numbers, codes, organizations }) => {
        const ways = [...(byMail ? ['mail'] : []), ...numbers].join(' ');
        const named = devices.map(({ kind, label }) => `${kind} ${label}`).join(', ');
        return `${username}: ${named}; ${codes}; ${ways}; ${organizations.length}`;
      }),
    );
    looked += page.looked;
    after = page.last;
    more = after !== undefined;
  }
  return { told, looked, pages };
}

test('the forecast reads who holds a device and no code that works, page by page, and nobody else', async () => {
  const later = new Date(Date.now() + 86_400_000);
  await person('nothing-to-lose', 0);
  await person('two-devices', 2);
  await person('has-codes', 1, later);
  const disabled = await person('disabled', 1);
  const { stores } = test_.storage;
  await stores.users.update({ ...disabled, enabled: false });
  await person('a-no-codes', 1);
  await person('b-expired', 1, new Date(Date.now() - 1000));
  const reached = await person('c-reached', 1);
  const contacts = { email: 'c@example.com', emailVerified: true, phoneNumber: '+391', phoneNumberVerified: true };
  await stores.users.update({ ...reached, ...contacts });
  // What others took away goes on being a way in.
  await stores.users.update({ ...reached, ...contacts, emailVerified: false, phoneNumber: '+392' });
  const organization = { realmId, name: 'Labs', alias: 'labs', enabled: true, domains: [], attributes: {} };
  const { id } = await stores.organizations.create({ ...organization, policy: { backupCodes: { groups: 4 } } });
  const plain = await stores.organizations.create({ ...organization, name: 'Plain', alias: 'plain' });
  for (const each of [id, plain.id]) await stores.organizations.join(realmId, each, reached.id);
  const { told, looked } = await all(2);
  expect(told).toEqual([
    'a-no-codes: totp Pixel 9; none; ; 0',
    'b-expired: totp Pixel 9; expired; ; 0',
    'c-reached: totp Pixel 9; none; mail +391 +392; 1',
    'two-devices: totp Pixel 9, totp Pixel 9; none; ; 0',
  ]);
  expect(looked).toBe(await test_.storage.forecast.count(realmId));
});

test('a realm of many people is read in as many statements as it has pages', async () => {
  await test_.storage.database.count({
    name: 'test_crowd',
    text: `insert into user_account (realm_id, username, username_norm, email_verified, phone_number_verified, enabled,
             attributes, required_actions)
           select $1, 'crowd-' || n, 'crowd-' || n, false, false, true, '{}', '{}' from generate_series(1, 2500) n`,
    values: [realmId],
  });
  const { looked, pages } = await all(1000);
  expect([looked, pages]).toEqual([await test_.storage.forecast.count(realmId), 3]);
});
