import type { RealmId, UserId } from '@sparekey/contracts';
import type { BackupCodeSet } from '@sparekey/factors';
import { race } from '../../../testing/src/index.ts';
import { addRealm, addUser, openTestStorage, setFields, type TestStorage } from '../../test/fixtures.ts';
import type { Storage } from '../storage.ts';

let test_: TestStorage;
let other: Storage;
let realmId: RealmId;
let userId: UserId;

beforeAll(async () => {
  test_ = await openTestStorage();
  other = await test_.another();
  realmId = (await addRealm(test_.storage)).id;
});
beforeEach(async () => {
  userId = (await addUser(test_.storage, realmId)).id;
});
afterAll(() => test_.close());

const codes = () => test_.storage.stores.backupCodes;
const codesOf = (index: number) => (index % 2 === 0 ? test_.storage : other).stores.backupCodes;

async function activeSet(count = 10): Promise<BackupCodeSet> {
  const id = await codes().addPending(setFields(realmId, userId, count));
  await codes().confirm(realmId, userId, id);
  const set = await codes().active(realmId, userId);
  if (!set) throw new Error('no active set');
  return set;
}

async function verifiersLeft(setId: string): Promise<number> {
  const rows = await test_.storage.database.rows({
    name: 'verifiers_left',
    text: 'select from backup_code where set_id = $1 and verifier is not null',
    values: [setId],
  });
  return rows.length;
}

test('a set comes back as it was stored, its verifiers in the order of their index', async () => {
  const fields = setFields(realmId, userId, 12);
  const id = await codes().addPending(fields);
  expect(await codes().pending(realmId, userId)).toMatchObject({
    ...fields,
    id,
    state: 'pending',
    count: 12,
    left: 12,
  });
  expect(await codes().active(realmId, userId)).toBeUndefined();
});

test('a pending set cannot be consumed, and leaves the active one as it is', async () => {
  const active = await activeSet();
  await codes().addPending(setFields(realmId, userId));
  const pending = await codes().pending(realmId, userId);
  expect(pending && (await codes().consume(pending, 0))).toBeUndefined();
  expect(await codes().consume(active, 0)).toEqual({ left: 9 });
});

test('of 50 parallel uses of one code, over two pools, exactly one is accepted and learns how many are left', async () => {
  const set = await activeSet();
  for (let index = 0; index < 5; index += 1) {
    const { fulfilled, rejected } = await race(50, async (runner, barrier) => {
      await barrier();
      return codesOf(runner).consume(set, index);
    });
    expect(rejected).toEqual([]);
    expect(fulfilled.filter((result) => result !== undefined)).toEqual([{ left: 9 - index }]);
  }
});

test('ten codes used at once are all accepted and each learns another number left', async () => {
  const set = await activeSet();
  const { fulfilled } = await race(10, async (index, barrier) => {
    await barrier();
    return codesOf(index).consume(set, index);
  });
  expect(fulfilled.map((result) => result?.left).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(await verifiersLeft(set.id)).toBe(0);
});

test('a used code has lost its verifier, keeps its time of use and never works again', async () => {
  const set = await activeSet();
  await codes().consume(set, 3);
  const after = await codes().active(realmId, userId);
  expect(after?.verifiers.map((verifier) => verifier === null)).toEqual([...Array(10).keys()].map((at) => at === 3));
  expect(after?.left).toBe(9);
  expect(after?.lastUsedAt).toBeInstanceOf(Date);
  expect(await codes().consume(set, 3)).toBeUndefined();
  expect(await codes().consume(set, 10)).toBeUndefined();
  expect(await codes().consume(set, -1)).toBeUndefined();
});

test('an expired set refuses by the clock of the database and can still be read', async () => {
  const set = await activeSet();
  await test_.storage.database.count({
    name: 'expire_set',
    text: `update backup_code_set set expires_at = now() - interval '1 millisecond' where id = $1`,
    values: [set.id],
  });
  expect(await codes().consume(set, 0)).toBeUndefined();
  expect((await codes().active(realmId, userId))?.left).toBe(10);
});

test('the set of another person is refused', async () => {
  const set = await activeSet();
  const stranger = await addUser(test_.storage, realmId);
  expect(await codes().consume({ ...set, userId: stranger.id }, 0)).toBeUndefined();
  expect(await codes().confirm(realmId, stranger.id, set.id)).toBe(false);
});

test('confirming replaces the active set, tells what was left of it and removes its verifiers', async () => {
  const old = await activeSet();
  await codes().consume(old, 0);
  const id = await codes().addPending(setFields(realmId, userId));
  expect(await codes().confirm(realmId, userId, id)).toEqual({ replaced: 9 });
  expect(await codes().confirm(realmId, userId, id)).toBe(false);
  expect(await codes().consume(old, 1)).toBeUndefined();
  expect(await verifiersLeft(old.id)).toBe(0);
});

test('a first confirmation replaces nothing, an abandoned set cannot be confirmed', async () => {
  const abandoned = await codes().addPending(setFields(realmId, userId));
  const id = await codes().addPending(setFields(realmId, userId));
  expect(await codes().confirm(realmId, userId, abandoned)).toBe(false);
  expect(await verifiersLeft(abandoned)).toBe(0);
  expect(await codes().confirm(realmId, userId, id)).toEqual({ replaced: undefined });
});

test('ending leaves neither an active nor a pending set nor any verifier', async () => {
  const set = await activeSet();
  const pending = await codes().addPending(setFields(realmId, userId));
  expect(await codes().end(realmId, userId, 'revoked')).toEqual({ left: 10 });
  expect(await codes().end(realmId, userId, 'revoked')).toBeUndefined();
  expect(await codes().active(realmId, userId)).toBeUndefined();
  expect(await codes().pending(realmId, userId)).toBeUndefined();
  expect((await verifiersLeft(set.id)) + (await verifiersLeft(pending))).toBe(0);
});

test('while a set is replaced, a use of the old one either counted before or is refused; there is always one active set', async () => {
  for (let round = 0; round < 15; round += 1) {
    const old = await activeSet();
    const id = await codes().addPending(setFields(realmId, userId));
    let replaced: number | undefined;
    const { fulfilled, rejected } = await race(12, async (index, barrier) => {
      await barrier();
      if (index < 10) return (await codesOf(index).consume(old, index)) !== undefined;
      if (index === 10) {
        const confirmed = await other.stores.backupCodes.confirm(realmId, userId, id);
        if (confirmed) replaced = confirmed.replaced;
        return false;
      }
      expect(await codes().active(realmId, userId)).toBeDefined();
      return false;
    });
    expect(rejected).toEqual([]);
    expect(replaced).toBe(10 - fulfilled.filter(Boolean).length);
    expect((await codes().active(realmId, userId))?.id).toBe(id);
    expect(await verifiersLeft(old.id)).toBe(0);
  }
});

test('generating, confirming, using and ending at once never deadlock and leave at most one active and one pending set', async () => {
  const set = await activeSet();
  const { rejected } = await race(40, async (index, barrier) => {
    const store = codesOf(index);
    await barrier();
    if (index % 5 === 0) return store.end(realmId, userId, 'revoked');
    if (index % 5 === 1) return store.consume(set, index % 10);
    const id = await store.addPending(setFields(realmId, userId));
    return store.confirm(realmId, userId, id);
  });
  expect(rejected).toEqual([]);
  const counted = await test_.storage.database.rows<{ state: string; n: number }>({
    name: 'sets_by_state',
    text: `select state, count(*)::int as n from backup_code_set where user_id = $1 and state <> 'ended' group by state`,
    values: [userId],
  });
  for (const { n } of counted) expect(n).toBe(1);
});

test('a rolled back use leaves the code usable', async () => {
  const set = await activeSet();
  await expect(
    test_.storage.transaction(async (stores) => {
      expect(await stores.backupCodes.consume(set, 0)).toEqual({ left: 9 });
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  expect(await codes().consume(set, 0)).toEqual({ left: 9 });
});
