import { randomBytes } from 'node:crypto';
import type { AuthenticatorId, RealmId, UserId } from '@sparekey/contracts';
import type { NewRecoveryCase } from '@sparekey/factors';
import { race } from '../../../testing/src/index.ts';
import { addRealm, addUser, openTestStorage, type TestStorage } from '../../test/fixtures.ts';
import { newId } from '../database/new-id.ts';

let test_: TestStorage;
let realmId: RealmId;
let userId: UserId;

beforeAll(async () => {
  test_ = await openTestStorage();
  realmId = (await addRealm(test_.storage)).id;
  userId = (await addUser(test_.storage, realmId)).id;
});
afterAll(() => test_.close());

const cases = () => test_.storage.stores.recoveryCases;
let signIns = 0;
const newSignIn = () => `sign-in-${++signIns}`;
const coolDown = { demands: 'waiting', by: 'cool_down', hours: 24 } as const;
const approval = { demands: 'waiting', by: 'approval', hours: 24 } as const;

function open(given: Partial<NewRecoveryCase> = {}) {
  return cases().open({
    realmId,
    userId,
    signInUid: newSignIn(),
    by: 'backup_code',
    level: 'high',
    score: 80,
    reasons: ['bad_network', 'impossible_travel'],
    decision: coolDown,
    approvalsNeeded: 1,
    bearerHash: randomBytes(32),
    ...given,
  });
}

/** Lets the cool-down of a case be over. */
async function passTime(id: string) {
  await test_.storage.database.count({
    name: 'test_pass_time',
    text: `update recovery_case set until = now() - interval '1 second' where id = $1`,
    values: [id],
  });
}

test('a cool-down is over when its time has passed, and not before', async () => {
  const { id, signInUid, state, until, createdAt } = await open();
  expect(state).toBe('waiting');
  expect(((until?.getTime() ?? 0) - createdAt.getTime()) / 3_600_000).toBeCloseTo(24);
  expect(await cases().waited(realmId, userId, signInUid)).toBe(false);
  await passTime(id);
  expect(await cases().waited(realmId, userId, signInUid)).toBe(true);
});

test('time alone never ends a wait for an administrator', async () => {
  const { signInUid, until } = await open({ decision: approval });
  expect(until).toBeUndefined();
  expect(await cases().waited(realmId, userId, signInUid)).toBe(false);
});

test('a vetoed case stays vetoed: neither time nor approval brings it back', async () => {
  const { id, signInUid } = await open();
  expect((await cases().veto(realmId, id))?.state).toBe('vetoed');
  await passTime(id);
  expect(await cases().waited(realmId, userId, signInUid)).toBe(false);
  expect(await cases().approve(realmId, id, 'ann')).toBeUndefined();
  expect(await cases().finish(realmId, userId, signInUid)).toBe(false);
});

test('"this wasn’t me" ends every case of the person, and of nobody else', async () => {
  const other = await addUser(test_.storage, realmId);
  const [own, approved, foreign] = [await open(), await open(), await open({ userId: other.id })];
  await cases().approve(realmId, approved.id, 'ann');
  const ended = await cases().vetoAll(realmId, userId);
  expect(ended).toEqual(expect.arrayContaining([own.id, approved.id]));
  expect(ended).not.toContain(foreign.id);
  expect(await cases().finish(realmId, userId, approved.signInUid)).toBe(false);
});

test('a case that needs two administrators is not approved by one who asks twenty times at once', async () => {
  const { id } = await open({ decision: approval, approvalsNeeded: 2 });
  const { fulfilled } = await race(20, async (_n, barrier) => {
    await barrier();
    return cases().approve(realmId, id, 'ann');
  });
  expect(fulfilled.filter((each) => each !== undefined)).toHaveLength(1);
  expect((await cases().byId(realmId, id))?.state).toBe('waiting');
  expect((await cases().approve(realmId, id, 'ben'))?.state).toBe('approved');
});

test('of many browsers that hold the secret of a case one takes it up: the sign-ins before are left without', async () => {
  const bearerHash = randomBytes(32);
  const first = await open({ bearerHash });
  const uids = Array.from({ length: 20 }, newSignIn);
  await race(20, async (n, barrier) => {
    await barrier();
    return cases().resume(realmId, userId, bearerHash, uids[n] ?? '');
  });
  const holders = await Promise.all(
    [first.signInUid, ...uids].map((signInUid) => cases().ofSignIn(realmId, userId, signInUid)),
  );
  expect(holders.filter((each) => each !== undefined)).toHaveLength(1);
});

test('the password alone takes nobody’s case up: the secret of the browser is asked for, of the same person', async () => {
  const bearerHash = randomBytes(32);
  await open({ bearerHash });
  const other = await addUser(test_.storage, realmId);
  expect(await cases().resume(realmId, userId, randomBytes(32), newSignIn())).toBeUndefined();
  expect(await cases().resume(realmId, other.id, bearerHash, newSignIn())).toBeUndefined();
});

test('an approved case is used once: of fifty ends at once one counts', async () => {
  const { id, signInUid } = await open();
  await cases().approve(realmId, id, 'ann');
  const { fulfilled } = await race(50, async (_n, barrier) => {
    await barrier();
    return cases().finish(realmId, userId, signInUid);
  });
  expect(fulfilled.filter(Boolean)).toHaveLength(1);
});

test('what was lost can be said only while the case may go on', async () => {
  const lost = [newId<AuthenticatorId>()];
  const waiting = await open();
  expect(await cases().chooseLost(realmId, userId, waiting.signInUid, lost)).toBe(false);
  await cases().approve(realmId, waiting.id, 'ann');
  expect(await cases().chooseLost(realmId, userId, waiting.signInUid, lost)).toBe(true);
  expect((await cases().byId(realmId, waiting.id))?.lost).toEqual(lost);
});

test('a second code in one sign-in replaces its case', async () => {
  const first = await open();
  const second = await open({ signInUid: first.signInUid });
  expect((await cases().byId(realmId, first.id))?.state).toBe('done');
  expect((await cases().ofSignIn(realmId, userId, first.signInUid))?.id).toBe(second.id);
});
