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

let statements = 0;
const run = (text: string) =>
  test_.storage.database.count({ name: `test_cause_${statements++}`, text, values: [realmId, cara] });
const totp = { label: 'Phone', algorithm: 'sha1', digits: 6, periodSeconds: 30, lastStep: 0, driftSteps: 0 } as const;
const addTotp = () =>
  test_.storage.stores.totp.add(realmId, cara, { ...totp, secret: randomBytes(20), confirmedAt: new Date() });
let cara: UserId;

async function trustedAfter(cause: () => Promise<unknown>): Promise<number[]> {
  for (const person of [cara, ann]) {
    await devices().distrustAll(realmId, person);
    await devices().add(realmId, person, { secretHash: randomBytes(32), trusted: true });
  }
  await cause();
  const left = [await devices().trusted(realmId, cara), await devices().trusted(realmId, ann)];
  return left.map(({ length }) => length);
}

describe('whichever door a change comes through', () => {
  beforeAll(async () => {
    cara = (await addUser(test_.storage, realmId)).id;
    await addTotp();
    await test_.storage.stores.passwords.set(realmId, cara, '$argon2id$one');
  });

  test.each<[string, () => Promise<unknown>]>([
    ['a new password', () => test_.storage.stores.passwords.set(realmId, cara, '$argon2id$two')],
    ['a factor that is added', () => addTotp()],
    ['a factor that is removed', () => run(`delete from totp_authenticator where realm_id = $1 and user_id = $2`)],
    [
      'a passkey that is added',
      () =>
        run(`insert into webauthn_authenticator (realm_id, user_id, credential_id, public_key, counter, transports,
               aaguid, backup_eligible, backed_up, user_verified, label)
             values ($1, $2, 'id', 'key', 0, '{}', gen_random_uuid(), false, false, true, 'Key')`),
    ],
    ['a passkey that is removed', () => run(`delete from webauthn_authenticator where realm_id = $1 and user_id = $2`)],
    ['a freeze', () => test_.storage.stores.recoveryFreezes.freeze(realmId, cara, new Date(Date.now() + 86_400_000))],
    ['disabling', () => run(`update user_account set enabled = false where realm_id = $1 and id = $2`)],
    [
      'another address',
      () => run(`update user_account set email_norm = 'x@y', email = 'x@y' where realm_id = $1 and id = $2`),
    ],
    ['another number', () => run(`update user_account set phone_number = '+39' where realm_id = $1 and id = $2`)],
  ])('%s ends the trust of that person’s browsers, and of nobody else’s', async (_cause, cause) => {
    expect(await trustedAfter(cause)).toEqual([0, 1]);
  });

  test('what changes no proof ends no trust: a sign-in, a renewed hash, enabling, another name', async () => {
    const { stores } = test_.storage;
    await run(`update user_account set enabled = true where realm_id = $1 and id = $2`);
    await addTotp();
    const left = await trustedAfter(async () => {
      await stores.passwords.touch(realmId, cara);
      expect(await stores.passwords.upgrade(realmId, cara, '$argon2id$two', '$argon2id$three')).toBe(true);
      await run(`update totp_authenticator set last_step = 7 where realm_id = $1 and user_id = $2`);
      await run(`update user_account set first_name = 'C', enabled = true where realm_id = $1 and id = $2`);
    });
    expect(left).toEqual([1, 1]);
  });
});
