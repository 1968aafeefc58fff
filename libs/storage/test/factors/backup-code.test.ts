import { randomBytes } from 'node:crypto';
import { uuidV7 } from '@sparekey/contracts';
import type { Holder } from '@sparekey/factors';
import { race } from '../../../testing/src/index.ts';
import { type FactorsOnPostgres, factorsOnPostgres } from './fixture.ts';

let here: FactorsOnPostgres;

beforeAll(async () => {
  here = await factorsOnPostgres();
});

beforeEach(() => {
  here.now = new Date();
});

afterAll(() => here.close());

async function confirm(person: Holder, code: string) {
  const { factors, storage } = here;
  const check = await factors.backupCode.checkPending(storage.stores, person, code);
  return check.matched ? storage.transaction((stores) => check.confirm(stores)) : check;
}

/** A person with a confirmed set, and its codes. */
async function holderOfCodes() {
  const { factors, storage } = here;
  const person = await here.person();
  const { codes, id } = await factors.backupCode.generate(storage.stores, person);
  expect(await confirm(person, codes[0] ?? '')).toEqual({ replaced: undefined });
  return { person, codes, id };
}

const check = (person: Parameters<typeof here.factors.backupCode.check>[1], input: string) =>
  here.factors.backupCode.check(here.storage.stores, person, input);

async function use(person: Holder, code: string) {
  const checked = await check(person, code);
  return checked.matched ? here.storage.transaction((stores) => checked.spend(stores)) : checked;
}

test('a set has ten different codes by default, each bound by one evaluation, none of them stored as it is', async () => {
  const { factors, storage } = here;
  const person = await here.person();
  let codes: string[] = [];
  const cost = await here.evaluationsOf(async () => {
    const made = await factors.backupCode.generate(storage.stores, person);
    codes = made.codes;
    expect(made.expiresAt.getTime() - made.createdAt.getTime()).toBe(365 * 86_400_000);
  });
  expect(cost).toBe(10);
  expect(new Set(codes).size).toBe(10);
  for (const code of codes) expect(code).toMatch(/^[A-HJKMNP-Z2-9]{4}-[A-HJKMNP-Z2-9]{4}$/);
  const pending = await storage.stores.backupCodes.pending(person.realmId, person.userId);
  expect(pending).toMatchObject({ state: 'pending', count: 10, left: 10, codeLength: 8 });
  expect(new Set(pending?.verifiers.map((verifier) => verifier?.toString('hex'))).size).toBe(10);
  expect(pending?.verifiers.every((verifier) => verifier?.byteLength === 32)).toBe(true);
});

test('a pending set opens nothing until one of its codes was typed back, and that code stays good', async () => {
  const { factors, storage } = here;
  const person = await here.person();
  const { codes } = await factors.backupCode.generate(storage.stores, person);
  const [first = '', second = ''] = codes;
  expect(await check(person, first)).toEqual({ matched: false, reason: 'none_enrolled' });
  expect(await here.evaluationsOf(() => confirm(person, 'AAAA-AAAA'))).toBe(1);
  expect(await here.evaluationsOf(() => confirm(person, 'AAAA-AAA'))).toBe(0);
  expect(await here.evaluationsOf(() => confirm(person, second.toLowerCase().replace('-', ' ')))).toBe(1);
  expect(await use(person, second)).toMatchObject({ accepted: true, index: 1, left: 9 });
  expect(await confirm(person, first)).toEqual({ matched: false, reason: 'none_enrolled' });
});

test('every code of a set works once, in any order and however it is typed (H62)', async () => {
  const { person, codes } = await holderOfCodes();
  const order = codes.map((code, index) => ({ code, index })).reverse();
  for (const [used, { code, index }] of order.entries()) {
    const typed = used % 2 === 0 ? ` ${code.toLowerCase()} ` : code.replace('-', '\u2013');
    expect(await use(person, typed)).toMatchObject({ accepted: true, index, left: 9 - used });
    expect(await use(person, code)).toEqual({ matched: false, reason: 'wrong' });
  }
  expect(await here.factors.backupCode.authenticators(here.storage.stores, person.realmId, person.userId)).toEqual([]);
});

test('an attempt costs one evaluation whoever it is for and however it ends; a malformed code costs none', async () => {
  const { factors, storage } = here;
  const { person, codes } = await holderOfCodes();
  const [right = '', used = '', foreign = ''] = [codes[1], codes[2], (await holderOfCodes()).codes[0]];
  await use(person, used);
  const without = await here.person();
  const pendingOnly = await here.person();
  const { codes: pending } = await factors.backupCode.generate(storage.stores, pendingOnly);
  for (const [subject, code, reason] of [
    [person, 'ABCD-EFGH', 'wrong'],
    [person, used, 'wrong'],
    [person, foreign, 'wrong'],
    [without, right, 'none_enrolled'],
    [pendingOnly, pending[0] ?? '', 'none_enrolled'],
    [here.nobody(), right, 'none_enrolled'],
  ] as const) {
    expect(
      await here.evaluationsOf(async () => expect(await check(subject, code)).toEqual({ matched: false, reason })),
    ).toBe(1);
  }
  expect(
    await here.evaluationsOf(async () => expect(await check(person, right)).toMatchObject({ matched: true })),
  ).toBe(1);
  for (const malformed of ['', 'K7M2-P9X', 'K7M2-P9X44', 'K7M2-P9X0', '💥']) {
    for (const subject of [person, without, here.nobody()]) {
      const cost = await here.evaluationsOf(async () =>
        expect(await check(subject, malformed)).toEqual({ matched: false, reason: 'malformed' }),
      );
      expect([malformed, cost]).toEqual([malformed, 0]);
    }
  }
});

test('an expired set refuses its codes as expired, at the same cost, and a wrong code as wrong', async () => {
  const { person, codes } = await holderOfCodes();
  const set = await here.storage.stores.backupCodes.active(person.realmId, person.userId);
  here.now = new Date((set?.expiresAt.getTime() ?? 0) - 1);
  expect(await check(person, codes[0] ?? '')).toMatchObject({ matched: true });
  here.now = set?.expiresAt ?? here.now;
  const cost = await here.evaluationsOf(async () =>
    expect(await check(person, codes[0] ?? '')).toEqual({ matched: false, reason: 'expired' }),
  );
  expect(cost).toBe(1);
  expect(await check(person, 'ABCD-EFGH')).toEqual({ matched: false, reason: 'wrong' });
});

test('one code redeemed 200 times at once by two processes is accepted once (H5)', async () => {
  // Read-check-write let one code in 14 times of 30 elsewhere (keycloak#26106 and its like).
  const other = await here.another();
  for (let round = 0; round < 5; round++) {
    const { person, codes } = await holderOfCodes();
    const code = codes[round] ?? '';
    const { fulfilled, rejected } = await race(200, async (index, barrier) => {
      const { factors, storage } = index % 2 === 0 ? here : other;
      const checked = await factors.backupCode.check(storage.stores, person, code);
      await barrier();
      return checked.matched ? storage.transaction((stores) => checked.spend(stores)) : checked;
    });
    expect(rejected).toEqual([]);
    expect(fulfilled.filter((verdict) => 'accepted' in verdict && verdict.accepted)).toEqual([
      expect.objectContaining({ left: 9 }),
    ]);
    expect(fulfilled.filter((verdict) => 'reason' in verdict && verdict.reason === 'used')).toHaveLength(199);
  }
}, 120_000);

test('ten codes used at once are ten uses, and the count is right', async () => {
  const { person, codes } = await holderOfCodes();
  const { fulfilled } = await race(10, async (index) => use(person, codes[index] ?? ''));
  const left = fulfilled.map((verdict) => ('left' in verdict ? verdict.left : undefined));
  expect(left.sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('a new set leaves the old one good until it is confirmed; then exactly one of them is good', async () => {
  const { factors, storage } = here;
  const { person, codes: old } = await holderOfCodes();
  await use(person, old[0] ?? '');
  const { codes: fresh } = await factors.backupCode.generate(storage.stores, person);
  expect(await use(person, old[1] ?? '')).toMatchObject({ accepted: true, left: 8 });
  expect(await check(person, fresh[0] ?? '')).toMatchObject({ reason: 'wrong' });
  // An old code does not confirm the new set.
  expect(await confirm(person, old[2] ?? '')).toEqual({ matched: false, reason: 'wrong' });
  expect(await confirm(person, fresh[0] ?? '')).toEqual({ replaced: 8 });
  expect(await check(person, old[2] ?? '')).toMatchObject({ reason: 'wrong' });
  expect(await use(person, fresh[0] ?? '')).toMatchObject({ accepted: true, left: 9 });
});

test('an old code checked before its set was replaced cannot be spent after', async () => {
  const { factors, storage } = here;
  const { person, codes: old } = await holderOfCodes();
  const checked = await check(person, old[0] ?? '');
  const { codes: fresh } = await factors.backupCode.generate(storage.stores, person);
  await confirm(person, fresh[0] ?? '');
  expect(checked.matched && (await checked.spend(storage.stores))).toEqual({ accepted: false, reason: 'used' });
});

test('a set generated again before it was confirmed: only the last one can be confirmed', async () => {
  const { factors, storage } = here;
  const person = await here.person();
  const { codes: first } = await factors.backupCode.generate(storage.stores, person);
  const checked = await factors.backupCode.checkPending(storage.stores, person, first[0] ?? '');
  const { codes: second } = await factors.backupCode.generate(storage.stores, person);
  expect(checked.matched && (await checked.confirm(storage.stores))).toBe(false);
  expect(await confirm(person, first[0] ?? '')).toMatchObject({ reason: 'wrong' });
  expect(await confirm(person, second[9] ?? '')).toEqual({ replaced: undefined });
});

test('a prepared set is stored with what the caller stores beside it, or not at all', async () => {
  const { factors, storage } = here;
  const person = await here.person();
  const prepared = await factors.backupCode.prepare(person);
  const failed = storage.transaction(async (stores) => {
    await prepared.store(stores);
    throw new Error('the rest failed');
  });
  await expect(failed).rejects.toThrow('the rest failed');
  expect(await storage.stores.backupCodes.pending(person.realmId, person.userId)).toBeUndefined();
  await storage.transaction((stores) => prepared.store(stores));
  expect(await confirm(person, prepared.codes[0] ?? '')).toEqual({ replaced: undefined });
});

test('codes stay good when the policy asks for another length, and a length that is not theirs costs nothing', async () => {
  const { factors, storage } = here;
  const { person, codes } = await holderOfCodes();
  const policy = { ...here.policy, backupCodes: { ...here.policy.backupCodes, groups: 3 } };
  const changed = { ...person, policy };
  const code = codes[0] ?? '';
  expect(factors.backupCode.wellFormed(code, policy)).toBe(true);
  expect(factors.backupCode.wellFormed(code, policy, 12)).toBe(false);
  expect(await here.evaluationsOf(() => factors.backupCode.check(storage.stores, changed, 'ABCD-EFGH-JKMN'))).toBe(0);
  expect(await use(changed, code)).toMatchObject({ accepted: true });
});

test('sets made under an earlier pepper stay good; without it they are unavailable, not wrong', async () => {
  const { person, codes } = await holderOfCodes();
  const key = here.peppers.get('pepper-1') ?? Buffer.alloc(0);
  const rotated = await here.another({ id: 'pepper-2', key: Buffer.alloc(32, 2) });
  const checkThere = () => rotated.factors.backupCode.check(rotated.storage.stores, person, codes[0] ?? '');
  expect(await checkThere()).toMatchObject({ matched: true });
  here.peppers.delete('pepper-1');
  await expect(checkThere()).rejects.toMatchObject({ code: 'unavailable' });
  here.peppers.set('pepper-1', Buffer.alloc(32, 9));
  expect(await checkThere()).toMatchObject({ reason: 'wrong' });
  here.peppers.set('pepper-1', key);
});

test('stored values are never accepted as a code, and a set copied to another person or another set opens nothing', async () => {
  const { storage } = here;
  const { person, codes } = await holderOfCodes();
  const set = await storage.stores.backupCodes.active(person.realmId, person.userId);
  if (set === undefined) throw new Error('the set is gone');
  for (const verifier of set.verifiers) {
    for (const stolen of [verifier?.toString('hex'), verifier?.toString('base64'), set.salt.toString('hex'), set.id]) {
      expect(await check(person, stolen ?? '')).toMatchObject({ matched: false });
    }
  }
  const verifiers = set.verifiers.filter((verifier) => verifier !== null);
  const plant = async (copy: Pick<typeof set, 'userId' | 'id'>) => {
    await storage.stores.backupCodes.addPending({ ...set, ...copy, verifiers });
    expect(await storage.stores.backupCodes.confirm(set.realmId, copy.userId, copy.id)).not.toBe(false);
  };
  const thief = await here.person();
  await plant({ userId: thief.userId, id: set.id });
  expect(await check(thief, codes[0] ?? '')).toEqual({ matched: false, reason: 'wrong' });
  // Nor does a set that ended come back to life as a new one of the same person.
  await plant({ userId: person.userId, id: uuidV7(new Date(), randomBytes(10)) as typeof set.id });
  expect(await check(person, codes[0] ?? '')).toEqual({ matched: false, reason: 'wrong' });
});
