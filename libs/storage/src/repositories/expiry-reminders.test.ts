import type { RealmId } from '@sparekey/contracts';
import { addRealm, addUser, openTestStorage, setFields, type TestStorage } from '../../test/fixtures.ts';

let test_: TestStorage;
let realmId: RealmId;

beforeEach(async () => {
  test_ = await openTestStorage();
  realmId = (await addRealm(test_.storage)).id;
});
afterEach(() => test_.close());

const DAY = 86_400_000;

/** A person whose confirmed codes end in so many days. */
async function holder(days: number) {
  const { storage } = test_;
  const person = await addUser(storage, realmId, { email: `d${days}@example.com`, emailVerified: true });
  const set = setFields(realmId, person.id, 10, new Date(Date.now() + days * DAY));
  await storage.stores.backupCodes.confirm(realmId, person.id, await storage.stores.backupCodes.addPending(set));
}

/** What the worker has to send: days told, by address. */
async function letters() {
  const messages = await test_.storage.outboxQueue.claim(100, ['mail']);
  return messages
    .map(({ secret }) => secret as { to: string; letter: { kind: string; days?: number } })
    .filter(({ letter }) => letter.kind === 'codes_expiring')
    .map(({ to, letter }) => [to, letter.days])
    .sort();
}

const daysPass = (days: number) =>
  test_.storage.database.count({
    name: 'test_days_pass',
    text: 'update backup_code_set set expires_at = expires_at - make_interval(days => $1)',
    values: [days],
  });

test('people are told 30, 7 and 1 days ahead, once each, however many workers look', async () => {
  await holder(40);
  const other = await test_.another();
  const look = () => Promise.all([test_, { storage: other }].map(({ storage }) => storage.expiryReminders.tell(10)));
  const told: unknown[] = [];
  for (let day = 40; day > 0; day -= 1) {
    await look();
    for (const [, days] of await letters()) told.push([day, days]);
    await daysPass(1);
  }
  expect(told).toEqual([
    [30, 30],
    [7, 7],
    [1, 1],
  ]);
});

test('a worker that was away tells the nearest stage only; expired and used-up sets are not told of', async () => {
  await holder(0.5);
  await holder(5);
  await holder(-1);
  expect(await test_.storage.expiryReminders.tell(10)).toBe(2);
  expect(await letters()).toEqual([
    ['d0.5@example.com', 1],
    ['d5@example.com', 7],
  ]);
  expect(await test_.storage.expiryReminders.tell(10)).toBe(0);
  await holder(3);
  await test_.storage.database.count({ name: 'test_used_up', text: 'update backup_code_set set codes_left = 0' });
  expect(await test_.storage.expiryReminders.tell(10)).toBe(0);
});
