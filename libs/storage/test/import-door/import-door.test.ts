import { randomBytes } from 'node:crypto';
import { bootstrap, importRealmFile, MASTER_REALM, type Realm, type User } from '@sparekey/realms';
import { addRealm, addUser, openTestStorage, type TestStorage } from '../fixtures.ts';

let test_: TestStorage;
let realm: Realm;
let ann: User;

beforeAll(async () => {
  test_ = await openTestStorage();
  const { storage } = test_;
  const administrator = { username: 'root', phc: '$argon2id$first' };
  await bootstrap((work) => storage.transaction(work), { administrator });
  realm = await addRealm(storage, 'acme');
  const contact = {
    email: 'ann@example.com',
    emailVerified: true,
    phoneNumber: '+390612345',
    phoneNumberVerified: true,
  };
  ann = await addUser(storage, realm.id, { username: 'ann', ...contact });
  await storage.stores.passwords.set(realm.id, ann.id, '$argon2id$first');
  await storage.stores.totp.add(realm.id, ann.id, {
    label: 'Phone',
    secret: randomBytes(20),
    algorithm: 'sha1',
    digits: 6,
    periodSeconds: 30,
    lastStep: 0,
    driftSteps: 0,
    confirmedAt: new Date(),
  });
});
afterAll(() => test_.close());

/** Everything by which somebody gets in, of everybody that is there. */
async function waysIn(): Promise<string[]> {
  const rows = await test_.storage.database.rows<{ way: string }>({
    name: 'test_ways_in',
    text: `select to_jsonb(t)::text as way from user_account t union all
           select to_jsonb(t)::text from password_credential t union all
           select to_jsonb(t)::text from totp_authenticator t union all select to_jsonb(t)::text from user_role t
           order by 1`,
  });
  return rows.map(({ way }) => way);
}

/** A file that would give ann another password, address and number, and take her app away. */
const weaker = (name: string, id?: string) => ({
  realm: name,
  users: [
    {
      ...(id === undefined ? {} : { id }),
      username: 'ann',
      email: 'eve@example.com',
      emailVerified: true,
      enabled: true,
      attributes: { phoneNumber: ['+390699999'], phoneNumberVerified: ['true'] },
      credentials: [{ type: 'password', value: 'the password of eve' }],
    },
  ],
});

const imported = (file: object, ifExists: 'skip' | 'fail') =>
  importRealmFile(
    file,
    { transaction: test_.storage.transaction, hash: async () => '$argon2id$eve' },
    { ifExists, operator: 'eve' },
  );

test('no import changes how somebody who is there gets in: not password, factor, address, number or role', async () => {
  const before = await waysIn();
  await expect(imported(weaker('acme'), 'fail')).rejects.toMatchObject({ code: 'conflict' });
  expect(await imported(weaker('acme'), 'skip')).toMatchObject({ outcome: 'skipped', users: 0 });
  await expect(imported(weaker(MASTER_REALM), 'fail')).rejects.toMatchObject({ code: 'conflict' });
  expect(await waysIn()).toEqual(before);
});

test('a file for another realm makes its own people there, whatever ids it claims', async () => {
  const before = await waysIn();
  const told = await imported(weaker('other', ann.id), 'fail').catch((error: { code: string }) => error.code);
  const after = await waysIn();
  expect(after).toEqual(expect.arrayContaining(before));
  expect(['conflict', expect.objectContaining({ outcome: 'imported' })]).toContainEqual(told);
});

test('the administrator of the settings gets no new password when one of that name is there', async () => {
  const before = await waysIn();
  const again = { administrator: { username: 'ROOT', phc: '$argon2id$eve' } };
  const { administratorCreated } = await bootstrap((work) => test_.storage.transaction(work), again);
  expect(administratorCreated).toBe(false);
  expect(await waysIn()).toEqual(before);
});
