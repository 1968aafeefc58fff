import type { RealmId } from '@sparekey/contracts';
import { race } from '../../../testing/src/index.ts';
import { addRealm, openTestStorage, type TestStorage } from '../../test/fixtures.ts';
import type { Storage } from '../storage.ts';

let test_: TestStorage;
let storage: Storage;
let realmId: RealmId;

beforeEach(async () => {
  test_ = await openTestStorage();
  storage = test_.storage;
  realmId = (await addRealm(storage)).id;
});
afterEach(() => test_.close());

function add(n: number) {
  return storage.stores.outbox.add({ realmId, kind: 'backchannel_logout', payload: { n } });
}

/** What waiting for the lease does, without waiting. */
function letLeasesPass(): Promise<number> {
  return storage.database.count({
    name: 'lease_over',
    text: 'update outbox set next_at = now() where dead_at is null',
  });
}

test('messages of a rolled back transaction are never delivered', async () => {
  const rolledBack = storage.transaction(async (stores) => {
    await stores.outbox.add({ realmId, kind: 'backchannel_logout', payload: {} });
    throw new Error('no');
  });
  await expect(rolledBack).rejects.toThrow('no');
  expect(await storage.outboxQueue.claim(10)).toEqual([]);
});

test('parallel workers claim each message once', async () => {
  for (let n = 0; n < 40; n += 1) await add(n);
  const other = await test_.another();
  const { fulfilled, rejected } = await race(10, async (index, barrier) => {
    await barrier();
    return (index % 2 === 0 ? storage : other).outboxQueue.claim(5);
  });
  expect(rejected).toEqual([]);
  const claimed = fulfilled.flat().map((message) => message.payload.n);
  claimed.push(...(await storage.outboxQueue.claim(40)).map((message) => message.payload.n));
  expect(claimed.sort((a, b) => Number(a) - Number(b))).toEqual([...Array(40).keys()]);
});

test('a message of a worker that died is due again after its lease; a delivered one never is', async () => {
  await add(1);
  const [lost] = await storage.outboxQueue.claim(10);
  expect(await storage.outboxQueue.claim(10)).toEqual([]);
  await letLeasesPass();
  const [again] = await storage.outboxQueue.claim(10);
  expect(again).toMatchObject({ id: lost?.id, attempts: 2, kind: 'backchannel_logout', payload: { n: 1 } });
  if (again) await storage.outboxQueue.delivered(again);
  await letLeasesPass();
  expect(await storage.outboxQueue.claim(10)).toEqual([]);
});

test('a failed message comes back at its time, a dead one never', async () => {
  await add(1);
  await add(2);
  const [first, second] = await storage.outboxQueue.claim(10);
  if (!first || !second) throw new Error('nothing claimed');
  await storage.outboxQueue.failed(first, 'connection refused', new Date(Date.now() - 1));
  await storage.outboxQueue.failed(second, 'gone\0', 'dead');
  expect((await storage.outboxQueue.claim(10)).map((message) => message.id)).toEqual([first.id]);
  await letLeasesPass();
  expect((await storage.outboxQueue.claim(10)).map((message) => message.id)).toEqual([first.id]);
});

test('the late answer of a worker that lost its lease does not undo the next one', async () => {
  await add(1);
  const [late] = await storage.outboxQueue.claim(1);
  await letLeasesPass();
  const [next] = await storage.outboxQueue.claim(1);
  if (!late || !next) throw new Error('nothing claimed');
  await storage.outboxQueue.failed(late, 'timeout', 'dead');
  await storage.outboxQueue.failed(next, 'refused', new Date(Date.now() - 1));
  expect((await storage.outboxQueue.claim(1))[0]?.attempts).toBe(3);
});
