import { askedNumber } from '@sparekey/factors';
import type { Policy } from '@sparekey/policy';
import { race } from '../../../testing/src/index.ts';
import { type FactorsOnPostgres, factorsOnPostgres } from './fixture.ts';

let here: FactorsOnPostgres;
beforeAll(async () => {
  here = await factorsOnPostgres();
});
afterAll(() => here.close());

/** A person with a confirmed numbered set. */
async function holderOfNumberedCodes() {
  const { factors, storage } = here;
  const backupCodes = { ...here.policy.backupCodes, selection: 'numbered' } as const;
  const person = { ...(await here.person()), policy: { ...here.policy, backupCodes } satisfies Policy };
  const { codes } = await factors.backupCode.generate(storage.stores, person);
  const check = await factors.backupCode.checkPending(storage.stores, person, codes[4] ?? '');
  if (check.matched) await storage.transaction((stores) => check.confirm(stores));
  return { person, codes };
}

test('codes of a numbered set are taken in their order, each only when it is asked for', async () => {
  const { factors, storage } = here;
  const { person, codes } = await holderOfNumberedCodes();
  // The set keeps what it was made under: the policy of today says that any code will do.
  const today = { ...person, policy: here.policy };
  for (const [index, code] of codes.slice(0, 3).entries()) {
    const set = await storage.stores.backupCodes.active(person.realmId, person.userId);
    expect(set && askedNumber(set)).toBe(index + 1);
    const other = await here.factors.backupCode.check(storage.stores, today, codes[index + 1] ?? '');
    expect(other).toMatchObject({ matched: false, reason: 'wrong' });
    const check = await factors.backupCode.check(storage.stores, today, code);
    if (!check.matched) throw new Error(`code ${index + 1} is refused: ${check.reason}`);
    expect(await storage.transaction((stores) => check.spend(stores))).toMatchObject({ accepted: true, index });
  }
});

test('of parallel uses of the code that is asked for one is accepted, and the next is asked for once', async () => {
  const { factors, storage } = here;
  const { person, codes } = await holderOfNumberedCodes();
  const { fulfilled } = await race(6, async (_index, barrier) => {
    const check = await factors.backupCode.check(storage.stores, person, codes[0] ?? '');
    await barrier();
    return check.matched ? storage.transaction((stores) => check.spend(stores)) : check;
  });
  expect(fulfilled.filter((verdict) => 'accepted' in verdict && verdict.accepted)).toHaveLength(1);
  const set = await storage.stores.backupCodes.active(person.realmId, person.userId);
  expect(set && askedNumber(set)).toBe(2);
});

test('where any code will do, and where none is left, no number is asked for', () => {
  const verifier = Buffer.alloc(32);
  expect(askedNumber({ selection: 'any', verifiers: [verifier] })).toBeUndefined();
  expect(askedNumber({ selection: 'numbered', verifiers: [null, null] })).toBeUndefined();
  expect(askedNumber({ selection: 'numbered', verifiers: [null, verifier, verifier] })).toBe(2);
});
