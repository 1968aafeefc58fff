import {
  type BreachedPasswords,
  createNewPasswords,
  createStrengthMeter,
  type NewPasswords,
  type PasswordRefusal,
} from '@sparekey/factors';
import { type PolicyInput, policySchema } from '@sparekey/policy';
import { type FactorsOnPostgres, factorsOnPostgres } from './fixture.ts';

let here: FactorsOnPostgres;
let leaked: Awaited<ReturnType<BreachedPasswords['find']>> = 'absent';
let asked = 0;
let passwords: NewPasswords;

beforeAll(async () => {
  here = await factorsOnPostgres();
  const breached: BreachedPasswords = {
    async find() {
      asked += 1;
      return leaked;
    },
  };
  passwords = createNewPasswords({ factor: here.factors.password, strength: createStrengthMeter(), breached });
});
afterAll(() => here.close());

const GOOD = 'tr7 plinth ocarina';
const words = { person: ['ada.lovelace'], realm: ['acme'] };

async function judge(password: string, policy: PolicyInput['password'] = {}, holder = here.person()) {
  const { realmId, userId } = await holder;
  const wanted = { realmId, userId, policy: policySchema.parse({ password: policy }), words, password };
  return passwords.check(here.storage.stores, wanted);
}

const refusal = async (...parameters: Parameters<typeof judge>): Promise<PasswordRefusal['kind'] | undefined> => {
  const judged = await judge(...parameters);
  return judged.accepted ? undefined : judged.refusal.kind;
};

test('a good password comes back hashed, and the hash is of it', async () => {
  const person = await here.person();
  const judged = await judge(GOOD, {}, Promise.resolve(person));
  if (!judged.accepted) throw new Error(judged.refusal.kind);
  await here.storage.stores.passwords.set(person.realmId, person.userId, judged.phc);
  expect(await here.factors.password.check(here.storage.stores, person, GOOD)).toMatchObject({ matched: true });
  expect(await refusal(GOOD, {}, Promise.resolve(person))).toBe('unchanged');
});

test('what is refused by its form or its strength costs no hash, and no list hears of it', async () => {
  const before = asked;
  const cost = await here.evaluationsOf(async () => {
    expect(await refusal('short')).toBe('too_short');
    expect(await refusal('ada.lovelace')).toBe('personal');
    expect(await refusal('Password1')).toBe('weak');
  });
  expect([cost, asked - before]).toEqual([0, 0]);
});

test.each([
  ['found', 'allow_unchecked', 'breached'],
  ['found', 'refuse_unchecked', 'breached'],
  ['found', 'off', undefined],
  ['unknown', 'allow_unchecked', undefined],
  ['unknown', 'refuse_unchecked', 'unchecked'],
  ['unknown', 'off', undefined],
  ['absent', 'refuse_unchecked', undefined],
] as const)('a list that answers %s, under %s: %s', async (answer, breached, kind) => {
  leaked = answer;
  try {
    expect(await refusal(GOOD, { breached })).toBe(kind);
  } finally {
    leaked = 'absent';
  }
});

test('strength is the policy’s to demand, up to nothing at all', async () => {
  expect(await refusal('Password1', { minStrength: 0 })).toBeUndefined();
  expect(await refusal('summer2026!', { minStrength: 2 })).toBeUndefined();
  expect(await refusal('summer2026!', { minStrength: 4 })).toBe('weak');
});
