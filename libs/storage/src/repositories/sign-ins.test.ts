import type { RealmId, SignInUid } from '@sparekey/contracts';
import type { SignInState } from '@sparekey/sign-in';
import { race } from '../../../testing/src/index.ts';
import { addRealm, openTestStorage, type TestStorage } from '../../test/fixtures.ts';

let test_: TestStorage;
let realmId: RealmId;

beforeAll(async () => {
  test_ = await openTestStorage();
  realmId = (await addRealm(test_.storage)).id;
});
afterAll(() => test_.close());

const signIns = () => test_.storage.stores.signIns;
const state = (at: string) => ({ at }) as unknown as SignInState;
const inAnHour = () => new Date(Date.now() + 3_600_000);
let uids = 0;

function create(expiresAt = inAnHour()) {
  uids += 1;
  return signIns().create({ realmId, uid: `uid-${uids}` as SignInUid, state: state('identify'), expiresAt });
}

test('a sign-in that exists already is returned as it is stored', async () => {
  const first = await create();
  const saved = await signIns().save({ ...first, state: state('password') });
  const again = await signIns().create({ ...first, state: state('identify'), expiresAt: inAnHour() });
  expect(again).toEqual(saved);
  expect(again).toMatchObject({ version: 2, state: { at: 'password' } });
});

test('the time of the last proof moves with a proof, and with nothing else', async () => {
  const signIn = await create();
  expect(signIn.provenAt).toBeNull();
  const proven = await signIns().save({ ...signIn, state: state('factor'), isProof: true });
  expect(proven?.provenAt).toEqual(proven?.savedAt);
  const later = await signIns().save({ ...signIn, version: 2, state: state('consent') });
  expect(later).toMatchObject({ version: 3, provenAt: proven?.provenAt });
});

test('20 that begin one sign-in at once begin one', async () => {
  const { fulfilled, rejected } = await race(20, async (index, barrier) => {
    await barrier();
    return signIns().create({ realmId, uid: 'race' as SignInUid, state: state(`s${index}`), expiresAt: inAnHour() });
  });
  expect(rejected).toEqual([]);
  expect(new Set(fulfilled.map((one) => JSON.stringify(one.state))).size).toBe(1);
});

test('of 20 that save the version they read exactly one succeeds', async () => {
  const signIn = await create();
  const { fulfilled } = await race(20, async (index, barrier) => {
    await barrier();
    return signIns().save({ ...signIn, state: state(`s${index}`) });
  });
  const winners = fulfilled.filter((one) => one !== undefined);
  expect(winners).toHaveLength(1);
  expect(await signIns().load(realmId, signIn.uid)).toEqual(winners[0]);
});

test('an expired sign-in cannot be loaded, saved or begun again', async () => {
  const signIn = await create(new Date(Date.now() - 1));
  expect(await signIns().load(realmId, signIn.uid)).toBeUndefined();
  expect(await signIns().save({ ...signIn, state: state('done') })).toBeUndefined();
  await expect(signIns().create({ ...signIn, expiresAt: inAnHour() })).rejects.toMatchObject({
    code: 'sign_in_expired',
  });
});

test('a sign-in of another realm is not found', async () => {
  const signIn = await create();
  const elsewhere = (await addRealm(test_.storage)).id;
  expect(await signIns().load(elsewhere, signIn.uid)).toBeUndefined();
  await signIns().remove(elsewhere, signIn.uid);
  expect(await signIns().load(realmId, signIn.uid)).toEqual(signIn);
  await signIns().remove(realmId, signIn.uid);
  expect(await signIns().load(realmId, signIn.uid)).toBeUndefined();
});
