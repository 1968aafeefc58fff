import type { RealmId, SignInUid } from '@sparekey/contracts';
import { addRealm, addUser, openTestStorage, type TestStorage } from '../../test/fixtures.ts';

let test_: TestStorage;
let realmId: RealmId;

beforeAll(async () => {
  test_ = await openTestStorage();
  realmId = (await addRealm(test_.storage)).id;
});
afterAll(() => test_.close());

function sql(text: string, values: unknown[] = []): Promise<number> {
  return test_.storage.database.count({ name: text, text, values, dynamic: true });
}

test('expired sign-ins go in batches, running ones stay', async () => {
  const { stores, housekeeping } = test_.storage;
  for (let n = 0; n < 7; n += 1)
    await stores.signIns.create({
      realmId,
      uid: `old-${n}` as SignInUid,
      state: {} as never,
      expiresAt: new Date(Date.now() - 2 * 3_600_000),
    });
  const soon = new Date(Date.now() + 60_000);
  await stores.signIns.create({ realmId, uid: 'running' as SignInUid, state: {} as never, expiresAt: soon });
  expect(await housekeeping.sweepSignIns(5)).toBe(5);
  expect(await housekeeping.sweepSignIns(5)).toBe(2);
  expect(await stores.signIns.load(realmId, 'running' as SignInUid)).toBeDefined();
});

test('the failures counted for a person stay however old, those of a name that nobody has go', async () => {
  const { attempts, housekeeping } = test_.storage;
  const user = await addUser(test_.storage, realmId);
  const limit = { failures: 5, firstWaitSeconds: 30, maxWaitSeconds: 3600, hardStop: 100 };
  const person = { realmId, factor: 'totp', subject: user.id } as const;
  await attempts.begin(person, limit);
  await attempts.begin({ ...person, subject: 'name:nobody' }, limit);
  await sql(`update attempt_counter set last_at = now() - interval '25 hours'`);
  await attempts.begin({ ...person, subject: 'name:fresh' }, limit);
  expect(await housekeeping.sweepAttempts(10)).toBe(1);
  expect(await attempts.begin(person, limit)).toMatchObject({ failures: 2 });
});

test('idle networks and messages delivered long ago go', async () => {
  const { attempts, housekeeping, stores, outboxQueue } = test_.storage;
  await attempts.networkBegin(realmId, '192.0.2.0/24', 10);
  expect(await housekeeping.sweepNetworks(10)).toBe(0);
  await sql(`update network_counter set last_at = now() - interval '3 hours'`);
  expect(await housekeeping.sweepNetworks(10)).toBe(1);
  await stores.outbox.add({ realmId, kind: 'backchannel_logout', payload: {} });
  const [message] = await outboxQueue.claim(1);
  if (message) await outboxQueue.delivered(message);
  expect(await housekeeping.sweepOutbox(10)).toBe(0);
  await sql(`update outbox set delivered_at = now() - interval '8 days'`);
  expect(await housekeeping.sweepOutbox(10)).toBe(1);
});

test('the number of before goes once the one in its place has stood for 30 days, and stays as long as nothing took its place', async () => {
  const { stores, housekeeping } = test_.storage;
  const fields = { phoneNumber: '+393330000001', phoneNumberVerified: true };
  const moved = await addUser(test_.storage, realmId, fields);
  await stores.users.update({ ...moved, phoneNumber: '+393330000002' });
  const robbed = await addUser(test_.storage, realmId, fields);
  await stores.users.update({ ...robbed, phoneNumberVerified: false });
  expect(await housekeeping.sweepContacts(10)).toBe(0);
  await sql(`update user_account set phone_number_changed_at = now() - interval '31 days'`);
  expect(await housekeeping.sweepContacts(10)).toBe(1);
  expect((await stores.contacts.of(realmId, moved.id)).sms.before).toEqual([]);
  expect((await stores.contacts.of(realmId, robbed.id)).sms.before).toHaveLength(1);
});
