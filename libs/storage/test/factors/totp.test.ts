import type { Check } from '@sparekey/factors';
import { createGuardrails, generateSync } from 'otplib';
import { race } from '../../../testing/src/index.ts';
import { type FactorsOnPostgres, factorsOnPostgres, NAMES } from './fixture.ts';

const STEP_MS = 30_000;
const START = new Date('2026-11-22T10:00:00Z');

let here: FactorsOnPostgres;

beforeAll(async () => {
  here = await factorsOnPostgres();
});

beforeEach(() => {
  here.now = START;
});

afterAll(() => here.close());

/** The person's app: reads the URI, shows the code of a moment. */
function appOf(uri: string) {
  const secret = new URL(uri).searchParams.get('secret') ?? '';
  return (time: Date) => generateSync({ secret, epoch: time.getTime() / 1000 });
}

const later = (steps: number) => new Date(START.getTime() + steps * STEP_MS);

/** A person whose app was enrolled one step before START. */
async function enrolled() {
  const { factors, storage } = here;
  const person = await here.person();
  const begun = await factors.totp.begin(storage.stores, person.realmId, person.userId, NAMES);
  const app = appOf(begun.uri);
  here.now = later(-1);
  const check = await factors.totp.checkPending(storage.stores, person.realmId, person.userId, app(here.now));
  if (!check.matched) throw new Error('the first code of an enrolment did not match');
  expect(await check.confirm(storage.stores, 'Pixel 9')).toMatchObject({ accepted: true, authenticatorId: begun.id });
  here.now = START;
  const sign = (code: string) => factors.totp.check(storage.stores, person, code);
  return { person, app, id: begun.id, sign };
}

async function spend(check: Check) {
  return check.matched ? here.storage.transaction((stores) => check.spend(stores)) : check;
}

test('an app is enrolled by its first code, which is used up by that', async () => {
  const { factors, storage } = here;
  const { realmId, userId, policy } = await here.person();
  const begun = await factors.totp.begin(storage.stores, realmId, userId, NAMES);
  expect(begun.uri).toContain('otpauth://totp/Acme:ann?secret=');
  expect(begun.textKey).toMatch(/^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/);
  expect(await factors.totp.pending(storage.stores, realmId, userId, NAMES)).toEqual(begun);
  expect(await factors.totp.authenticators(storage.stores, realmId, userId)).toEqual([]);

  const code = appOf(begun.uri)(START);
  // Until it is confirmed it proves nothing.
  expect(await factors.totp.check(storage.stores, { realmId, userId, policy }, code)).toMatchObject({
    reason: 'none_enrolled',
  });
  const wrong = code === '000000' ? '111111' : '000000';
  expect(await factors.totp.checkPending(storage.stores, realmId, userId, wrong)).toMatchObject({ reason: 'wrong' });
  const check = await factors.totp.checkPending(storage.stores, realmId, userId, code);
  expect(check.matched && (await check.confirm(storage.stores, 'Pixel 9'))).toMatchObject({ accepted: true });
  expect(await factors.totp.authenticators(storage.stores, realmId, userId)).toMatchObject([
    { id: begun.id, kind: 'totp', label: 'Pixel 9' },
  ]);
  expect(await factors.totp.pending(storage.stores, realmId, userId, NAMES)).toBeUndefined();
  expect(await factors.totp.check(storage.stores, { realmId, userId, policy }, code)).toMatchObject({ reason: 'used' });
});

test('an enrolment begun again forgets the first secret', async () => {
  const { factors, storage } = here;
  const { realmId, userId } = await here.person();
  const first = await factors.totp.begin(storage.stores, realmId, userId, NAMES);
  const second = await factors.totp.begin(storage.stores, realmId, userId, NAMES);
  expect(second.textKey).not.toBe(first.textKey);
  const old = await factors.totp.checkPending(storage.stores, realmId, userId, appOf(first.uri)(START));
  expect(old).toMatchObject({ matched: false, reason: 'wrong' });
});

test('one enrolment confirmed by 20 requests at once is confirmed once', async () => {
  const { factors, storage } = here;
  const { realmId, userId } = await here.person();
  const { uri } = await factors.totp.begin(storage.stores, realmId, userId, NAMES);
  const { fulfilled } = await race(20, async (_, barrier) => {
    const check = await factors.totp.checkPending(storage.stores, realmId, userId, appOf(uri)(START));
    await barrier();
    return check.matched ? check.confirm(storage.stores, 'x') : check;
  });
  expect(fulfilled.filter((verdict) => 'accepted' in verdict && verdict.accepted)).toHaveLength(1);
});

test('the drift of the clock is told and kept', async () => {
  const { app, sign, id, person } = await enrolled();
  expect(await spend(await sign(app(later(1))))).toEqual({ accepted: true, authenticatorId: id, driftSteps: 1 });
  const [totp] = await here.storage.stores.totp.list(person.realmId, person.userId);
  expect(totp?.driftSteps).toBe(1);
});

test('a used code is never accepted again: not at once, not one step later, not from a window that still holds it (H7)', async () => {
  // devise-two-factor#106: a consumed code became valid again inside the drift window.
  const { app, sign } = await enrolled();
  const code = app(START);
  expect(await spend(await sign(code))).toMatchObject({ accepted: true });
  for (const [steps, reason] of [
    [0, 'used'],
    [1, 'used'],
    [2, 'wrong'],
  ] as const) {
    here.now = later(steps);
    expect(await sign(code)).toEqual({ matched: false, reason });
  }
});

test('after a code of the step ahead, the codes of the present and the past step are used too', async () => {
  const { app, sign } = await enrolled();
  expect(await spend(await sign(app(later(1))))).toMatchObject({ accepted: true, driftSteps: 1 });
  expect(await sign(app(START))).toEqual({ matched: false, reason: 'used' });
  here.now = later(2);
  expect(await spend(await sign(app(later(2))))).toMatchObject({ accepted: true, driftSteps: 0 });
});

test('one code tried 100 times at once by two processes is accepted once (H6)', async () => {
  // CVE-2022-25838 and its like: a one-time code that worked more than once.
  const { app, person } = await enrolled();
  const other = await here.another();
  const code = app(START);
  const { fulfilled, rejected } = await race(100, async (index, barrier) => {
    const { factors, storage } = index % 2 === 0 ? here : other;
    const check = await factors.totp.check(storage.stores, person, code);
    await barrier();
    return check.matched ? storage.transaction((stores) => check.spend(stores)) : check;
  });
  expect(rejected).toEqual([]);
  expect(fulfilled.filter((verdict) => 'accepted' in verdict && verdict.accepted)).toHaveLength(1);
});

test('of several authenticators any one is enough, and only that one is spent', async () => {
  const { factors, storage } = here;
  const first = await enrolled();
  const { realmId, userId } = first.person;
  const begun = await factors.totp.begin(storage.stores, realmId, userId, NAMES);
  const check = await factors.totp.checkPending(storage.stores, realmId, userId, appOf(begun.uri)(START));
  expect(check.matched && (await check.confirm(storage.stores, 'Tablet'))).toMatchObject({ accepted: true });
  expect(await spend(await first.sign(first.app(START)))).toMatchObject({ accepted: true, authenticatorId: first.id });
  here.now = later(1);
  expect(await spend(await first.sign(appOf(begun.uri)(later(1))))).toMatchObject({ authenticatorId: begun.id });
  expect(await spend(await first.sign(first.app(later(1))))).toMatchObject({ authenticatorId: first.id });
});

test('a secret that was imported twice gives no second use of a code', async () => {
  const { factors, storage } = here;
  const person = await here.person();
  const totp = {
    secret: Buffer.from('short'),
    algorithm: 'sha256',
    digits: 8,
    periodSeconds: 60,
    lastStep: 0,
    driftSteps: 0,
    confirmedAt: START,
  } as const;
  await storage.stores.totp.add(person.realmId, person.userId, { ...totp, label: 'a' });
  await storage.stores.totp.add(person.realmId, person.userId, { ...totp, label: 'b' });
  const code = generateSync({
    secret: Buffer.from('short'),
    algorithm: 'sha256',
    digits: 8,
    period: 60,
    epoch: START.getTime() / 1000,
    guardrails: createGuardrails({ MIN_SECRET_BYTES: 1 }),
  });
  expect(await spend(await factors.totp.check(storage.stores, person, code))).toMatchObject({ accepted: true });
  expect(await factors.totp.check(storage.stores, person, code)).toEqual({ matched: false, reason: 'used' });
});

test("another person's code, a malformed one, and a code for nobody are refused for what they are", async () => {
  const { factors, storage } = here;
  const [ann, bob] = [await enrolled(), await enrolled()];
  expect(await bob.sign(ann.app(START))).toEqual({ matched: false, reason: 'wrong' });
  expect(await ann.sign('12345')).toEqual({ matched: false, reason: 'malformed' });
  expect(await factors.totp.check(storage.stores, here.nobody(), '123456')).toEqual({
    matched: false,
    reason: 'none_enrolled',
  });
});

test('a transaction that fails leaves the code unspent', async () => {
  const { app, sign } = await enrolled();
  const check = await sign(app(START));
  await expect(
    here.storage.transaction(async (stores) => {
      expect(check.matched && (await check.spend(stores))).toMatchObject({ accepted: true });
      throw new Error('the rest of the sign-in failed');
    }),
  ).rejects.toThrow('the rest');
  expect(await spend(await sign(app(START)))).toMatchObject({ accepted: true });
});
