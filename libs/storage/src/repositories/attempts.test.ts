import type { RealmId } from '@sparekey/contracts';
import type { AttemptKey } from '@sparekey/factors';
import { type AttemptLimit, isStopped, waitAfter } from '@sparekey/policy';
import { race } from '../../../testing/src/index.ts';
import { addRealm, openTestStorage, type TestStorage } from '../../test/fixtures.ts';
import type { Storage } from '../storage.ts';

let test_: TestStorage;
let other: Storage;
let realmId: RealmId;
let subjects = 0;

beforeAll(async () => {
  test_ = await openTestStorage();
  other = await test_.another();
  realmId = (await addRealm(test_.storage)).id;
});
afterAll(() => test_.close());

const limit: AttemptLimit = { failures: 5, firstWaitSeconds: 30, maxWaitSeconds: 3600, hardStop: 100 };
const attempts = () => test_.storage.attempts;

function freshKey(factor: AttemptKey['factor'] = 'totp'): AttemptKey {
  subjects += 1;
  return { realmId, factor, subject: `subject-${subjects}` };
}

function sql(name: string, text: string, values: unknown[]): Promise<number> {
  return test_.storage.database.count({ name, text, values });
}

/** What waiting does, without waiting. */
function letWaitPass(key: AttemptKey): Promise<number> {
  return sql('wait_over', `update attempt_counter set locked_until = now() where subject = $1`, [key.subject]);
}

test('500 parallel attempts over two processes with a limit of 5 allow exactly 5', async () => {
  const key = freshKey();
  const { fulfilled, rejected } = await race(500, async (index, barrier) => {
    await barrier();
    return (index % 2 === 0 ? test_.storage : other).attempts.begin(key, limit);
  });
  expect(rejected).toEqual([]);
  const allowed = fulfilled.filter((permit) => permit.allowed);
  expect(allowed.map((permit) => permit.failures).sort()).toEqual([1, 2, 3, 4, 5]);
  for (const permit of fulfilled)
    if (!permit.allowed) expect(permit).toEqual({ allowed: false, waitSeconds: expect.any(Number), stopped: false });
});

test.each([
  { ...limit },
  { failures: 1, firstWaitSeconds: 1, maxWaitSeconds: 30, hardStop: 10 },
  { failures: 3, firstWaitSeconds: 7, maxWaitSeconds: 100, hardStop: 12 },
])('waits and the hard stop are those of the policy, failure by failure: %j', async (policy) => {
  const key = freshKey();
  for (let failures = 1; failures <= policy.hardStop; failures += 1) {
    expect(isStopped(failures - 1, policy)).toBe(false);
    const waitSeconds = waitAfter(failures, policy);
    expect(await attempts().begin(key, policy)).toEqual({ allowed: true, failures, waitSeconds });
    if (waitSeconds > 0 && failures < policy.hardStop)
      expect(await attempts().begin(key, policy)).toEqual({ allowed: false, waitSeconds, stopped: false });
    await letWaitPass(key);
  }
  expect(isStopped(policy.hardStop, policy)).toBe(true);
  expect(await attempts().begin(key, policy)).toMatchObject({ allowed: false, stopped: true });
});

test('a refused attempt is not counted', async () => {
  const key = freshKey();
  for (let turn = 0; turn < 20; turn += 1) await attempts().begin(key, limit);
  await letWaitPass(key);
  expect(await attempts().begin(key, limit)).toMatchObject({ allowed: true, failures: 6 });
});

test('a success lets the count start anew; factors and people are counted apart', async () => {
  const key = freshKey('password');
  for (let turn = 0; turn < 6; turn += 1) await attempts().begin(key, limit);
  expect(await attempts().begin({ ...key, factor: 'totp' }, limit)).toMatchObject({ failures: 1 });
  expect(await attempts().begin({ ...freshKey('password') }, limit)).toMatchObject({ failures: 1 });
  await attempts().succeeded(key);
  expect(await attempts().begin(key, limit)).toEqual({ allowed: true, failures: 1, waitSeconds: 0 });
});

test('a count stands though the transaction around it rolls back, also when every other connection is in a transaction', async () => {
  const key = freshKey();
  const { rejected } = await race(10, async (_, barrier) => {
    await test_.storage.transaction(async () => {
      await barrier();
      await attempts().begin(key, { ...limit, failures: 50 });
      throw new Error('no');
    });
  });
  expect(rejected).toHaveLength(10);
  expect(await attempts().begin(key, { ...limit, failures: 50 })).toMatchObject({ failures: 11 });
});

test('200 parallel failures of a network with a limit of 10 allow exactly 10; a refund gives one back', async () => {
  const { fulfilled } = await race(200, async (index, barrier) => {
    await barrier();
    return (index % 2 === 0 ? test_.storage : other).attempts.networkBegin(realmId, '192.0.2.0/24', 10);
  });
  expect(fulfilled.filter((permit) => permit.allowed)).toHaveLength(10);
  await attempts().networkRefund(realmId, '192.0.2.0/24');
  expect(await attempts().networkBegin(realmId, '192.0.2.0/24', 10)).toMatchObject({ allowed: true, failures: 10 });
  expect(await attempts().networkBegin(realmId, '192.0.2.0/24', 10)).toMatchObject({ allowed: false, stopped: false });
  expect(await attempts().networkBegin(realmId, '198.51.100.0/24', 10)).toMatchObject({ allowed: true, failures: 1 });
});

test('a failure of a network counts for a full hour and then no longer', async () => {
  const network = '2001:db8::/48';
  const begin = () => attempts().networkBegin(realmId, network, 2);
  const age = (slots: number) =>
    sql('age_network', 'update network_counter set slot = slot - $2 where network = $1', [network, slots]);
  await begin();
  await age(6);
  await begin();
  const refused = await begin();
  expect(refused.allowed).toBe(false);
  expect(refused.waitSeconds).toBeGreaterThan(1800);
  expect(refused.waitSeconds).toBeLessThanOrEqual(7 * 300);
  await age(6);
  expect((await begin()).allowed).toBe(false);
  await age(1);
  expect(await begin()).toMatchObject({ allowed: true, failures: 2 });
  await age(1000);
  expect(await begin()).toMatchObject({ allowed: true, failures: 1 });
});

test('refunds never give credit beyond what was counted', async () => {
  const network = '203.0.113.0/24';
  await attempts().networkBegin(realmId, network, 3);
  for (let turn = 0; turn < 5; turn += 1) await attempts().networkRefund(realmId, network);
  for (let turn = 1; turn <= 3; turn += 1)
    expect(await attempts().networkBegin(realmId, network, 3)).toMatchObject({ allowed: true, failures: turn });
  expect((await attempts().networkBegin(realmId, network, 3)).allowed).toBe(false);
});
