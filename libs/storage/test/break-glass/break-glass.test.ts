import { randomBytes } from 'node:crypto';
import type { UserId } from '@sparekey/contracts';
import { createEmergencyPasses, createHashEngine, createSealedCodes } from '@sparekey/factors';
import {
  type BreakGlassDependencies,
  bootstrap,
  closeBreakGlass,
  generateSealedCodes,
  openBreakGlass,
  type Realm,
  revokeSealedCodes,
} from '@sparekey/realms';
import { race } from '../../../testing/src/index.ts';
import { peppersFor } from '../../src/keyring/peppers.ts';
import type { Storage } from '../../src/storage.ts';
import { addRealm, addUser, openTestStorage, type TestStorage } from '../fixtures.ts';

let test_: TestStorage;
let realm: Realm;
let role: string;
const engine = createHashEngine({
  random: randomBytes,
  parameters: { memoryKib: 64, iterations: 1, parallelism: 1 },
});

function breakGlassOn(storage: Storage): BreakGlassDependencies {
  const { stores, transaction, attempts, keyring } = storage;
  return {
    stores,
    transaction: (work) => transaction(work),
    attempts,
    sealedCodes: createSealedCodes({
      engine,
      peppers: peppersFor(keyring, 'break-glass-pepper'),
      clock: () => new Date(),
      random: randomBytes,
    }),
    passes: createEmergencyPasses({ key: keyring.deriveKey('break-glass-pass'), random: randomBytes }),
  };
}

beforeAll(async () => {
  test_ = await openTestStorage();
  const { storage } = test_;
  realm = (
    await bootstrap((work) => storage.transaction(work), { administrator: { username: 'root', phc: '$argon2id$none' } })
  ).realm;
  role = (await storage.stores.roles.list(realm.id))[0]?.id ?? '';
});
afterAll(() => test_.close());

beforeEach(async () => {
  await test_.storage.attempts.unlock(realm.id, 'break_glass');
});

const here = () => breakGlassOn(test_.storage);
const request = (code: string, over: object = {}) => ({
  realm,
  login: 'root',
  makeAccount: false,
  code,
  operator: 'ola',
  why: 'fire drill',
  minutes: 30,
  ...over,
});

async function sealed(count = 2): Promise<string[]> {
  return (await generateSealedCodes(here(), { realm, count, replace: true, operator: 'ola' })).codes;
}

const eventsOf = (type: string) =>
  test_.storage.database.rows<{ detail: Record<string, unknown> | null; outcome: string }>({
    name: 'test_events',
    text: 'select outcome, detail from audit_event where type = $1 order by at, id',
    values: [type],
  });

test('of twenty parallel openings with one sealed code exactly one gets a pass', async () => {
  const [code = ''] = await sealed();
  const another = await test_.another();
  const { fulfilled, rejected } = await race(20, async (n, barrier) => {
    const dependencies = breakGlassOn(n % 2 === 0 ? test_.storage : another);
    // Tries are counted too: that limit has a test of its own.
    const uncounted = { ...dependencies, attempts: { ...dependencies.attempts, begin: async () => permit } };
    await barrier();
    return openBreakGlass(uncounted, request(code));
  });
  expect(fulfilled).toHaveLength(1);
  expect(rejected).toHaveLength(19);
  expect(rejected).toEqual(rejected.map(() => expect.objectContaining({ code: 'forbidden' })));
});
const permit = { allowed: true, failures: 1, waitSeconds: 0 } as const;

test('of twenty parallel uses of one pass exactly one counts, and it is nothing in the hands of another', async () => {
  const [code = ''] = await sealed();
  const { pass } = await openBreakGlass(here(), request(code));
  const other = await addUser(test_.storage, realm.id);
  const { factor } = createEmergencyPasses({
    key: test_.storage.keyring.deriveKey('break-glass-pass'),
    random: randomBytes,
  });
  const subject = (userId: UserId) => ({ realmId: realm.id, userId, policy: realm.policy });
  expect(await factor.check(test_.storage.stores, subject(other.id), pass)).toMatchObject({ matched: false });
  const root = await test_.storage.stores.users.byLogin(realm.id, 'root');
  const check = await factor.check(test_.storage.stores, subject(root?.id as UserId), pass);
  if (!check.matched) throw new Error('the pass is not taken');
  const another = await test_.another();
  const { fulfilled } = await race(20, async (n, barrier) => {
    await barrier();
    return check.spend((n % 2 === 0 ? test_.storage : another).stores);
  });
  expect(fulfilled.filter(({ accepted }) => accepted)).toHaveLength(1);
});

test('a sealed code works once; revoked, replaced and those of another realm do not work', async () => {
  const [first = '', second = ''] = await sealed();
  await openBreakGlass(here(), request(first));
  await expect(openBreakGlass(here(), request(first))).rejects.toMatchObject({ code: 'forbidden' });
  const [third = ''] = await sealed();
  const elsewhere = await addRealm(test_.storage);
  const made = { realm: elsewhere, count: 1, replace: false, operator: 'ola' };
  const [foreign = ''] = (await generateSealedCodes(here(), made)).codes;
  await expect(openBreakGlass(here(), request(foreign))).rejects.toMatchObject({ code: 'forbidden' });
  await expect(openBreakGlass(here(), request(second))).rejects.toMatchObject({ code: 'forbidden' });
  expect(await revokeSealedCodes(here(), { realm, operator: 'ola' })).toEqual({ left: 2 });
  await expect(openBreakGlass(here(), request(third))).rejects.toMatchObject({ code: 'not_found' });
  await expect(revokeSealedCodes(here(), { realm, operator: 'ola' })).rejects.toMatchObject({ code: 'not_found' });
});

test('a set is not replaced by oversight', async () => {
  const [code = ''] = await sealed();
  await expect(generateSealedCodes(here(), { realm, count: 2, replace: false, operator: 'ola' })).rejects.toMatchObject(
    { code: 'conflict' },
  );
  expect(await openBreakGlass(here(), request(code))).toMatchObject({ user: 'root', left: 1 });
});

test('wrong codes are counted before they are tried: after five the right one has to wait, and costs no hash', async () => {
  const [code = ''] = await sealed();
  for (let n = 0; n < 5; n += 1) {
    await expect(openBreakGlass(here(), request('AAAA-BBBB-CCCC-DDDD-EEEE-FFFF'))).rejects.toMatchObject({
      code: 'forbidden',
    });
  }
  const before = engine.stats.evaluations;
  await expect(openBreakGlass(here(), request(code))).rejects.toMatchObject({
    code: 'too_many_attempts',
    retryAfterSeconds: expect.any(Number),
  });
  expect(engine.stats.evaluations).toBe(before);
  const told = await eventsOf('break_glass.attempted');
  expect(told.at(-1)).toMatchObject({ outcome: 'denied' });
  expect(told.at(-2)).toMatchObject({ outcome: 'failure', detail: { failures: 5 } });
});

test('what is no code by its form, and who is no administrator, costs neither a code nor a try', async () => {
  const [code = ''] = await sealed();
  const nobody = await addUser(test_.storage, realm.id, { username: 'clerk' });
  for (const [wrong, refused] of [
    [request('AAAA-BBBB'), 'validation_failed'],
    [request(code, { login: nobody.username }), 'forbidden'],
    [request(code, { login: 'ghost' }), 'not_found'],
    [request(code, { login: 'ROOT', makeAccount: true }), 'conflict'],
  ] as const) {
    await expect(openBreakGlass(here(), wrong)).rejects.toMatchObject({ code: refused });
  }
  expect(await openBreakGlass(here(), request(code))).toMatchObject({ left: 1 });
});

test('an account that is made for it administers, and is disabled when it is closed, once', async () => {
  const [code = ''] = await sealed();
  const { opening } = await openBreakGlass(here(), request(code, { login: 'emergency', makeAccount: true }));
  const made = await test_.storage.stores.users.byLogin(realm.id, 'emergency');
  expect(made && (await test_.storage.stores.users.roles(realm.id, made.id))).toEqual([role]);
  expect((await here().stores.breakGlass.openings()).map(({ id }) => id)).toContain(opening);
  const { fulfilled } = await race(5, async (_n, barrier) => {
    await barrier();
    return closeBreakGlass(here(), { realm, opening, operator: 'ola' });
  });
  expect(fulfilled).toHaveLength(1);
  expect(await test_.storage.stores.users.byLogin(realm.id, 'emergency')).toMatchObject({ enabled: false });
  expect((await here().stores.breakGlass.openings()).map(({ id }) => id)).not.toContain(opening);
});

test('nothing that was stored opens anything, and no code or pass is told to audit trail or outbox', async () => {
  const [code = '', other = ''] = await sealed();
  const { pass } = await openBreakGlass(here(), request(code));
  const stored = await test_.storage.database.rows<{ value: string }>({
    name: 'test_everything',
    text: `select to_jsonb(t)::text as value from break_glass_set t union all
           select to_jsonb(t)::text from break_glass_code t union all
           select to_jsonb(t)::text from break_glass_opening t union all
           select to_jsonb(t)::text from audit_event t union all select to_jsonb(t)::text from outbox t`,
  });
  const everything = stored.map(({ value }) => value).join('\n');
  for (const secret of [code, other, pass]) {
    expect(everything).not.toContain(secret);
    expect(everything).not.toContain(secret.replaceAll('-', ''));
  }
});
