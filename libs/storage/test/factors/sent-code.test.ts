import type { SignInUid, UserId } from '@sparekey/contracts';
import { race } from '../../../testing/src/index.ts';
import { type FactorsOnPostgres, factorsOnPostgres } from './fixture.ts';

let at: FactorsOnPostgres;
let uids = 0;

beforeAll(async () => {
  at = await factorsOnPostgres();
});
afterAll(() => at.close());

const newUid = () => `sign-in-${++uids}` as SignInUid;

async function sent(kind: 'email' | 'sms' = 'email') {
  const { realmId, userId } = await at.person();
  const whom = { realmId, userId, signInUid: newUid(), policy: at.policy };
  const code = await at.factors[kind].issue(at.storage.stores, whom, { replace: false });
  if (code === undefined) throw new Error('no code');
  return { whom, code };
}

const check = (
  whom: { userId: UserId | undefined; signInUid: SignInUid },
  code: string,
  kind: 'email' | 'sms' = 'email',
) => at.factors[kind].check(at.storage.stores, { realmId: at.realmId, policy: at.policy, ...whom }, code);

test.each([
  ['email', /^\d{8}$/],
  ['sms', /^\d{6}$/],
] as const)('a code by %s has its digits, and is accepted as people type it', async (kind, form) => {
  const { whom, code } = await sent(kind);
  expect(code).toMatch(form);
  const found = await check(whom, ` ${code.slice(0, 3)} ${code.slice(3)} `, kind);
  expect(found.matched && (await found.spend(at.storage.stores))).toMatchObject({ accepted: true });
  expect(await check(whom, code, kind)).toEqual({ matched: false, reason: 'used' });
});

test('of 30 that enter one code at once, in two processes, exactly one is accepted', async () => {
  const { whom, code } = await sent();
  const other = await at.another();
  const { fulfilled, rejected } = await race(30, async (index, barrier) => {
    const { storage, factors } = index % 2 === 0 ? at : other;
    const found = await factors.email.check(storage.stores, whom, code);
    await barrier();
    return found.matched ? await storage.transaction((stores) => found.spend(stores)) : found;
  });
  expect(rejected).toEqual([]);
  expect(fulfilled.filter((verdict) => 'accepted' in verdict && verdict.accepted)).toHaveLength(1);
});

test('of 20 pages that open at once exactly one sends a code', async () => {
  const { realmId, userId } = await at.person();
  const whom = { realmId, userId, signInUid: newUid() };
  const { fulfilled } = await race(20, async (_index, barrier) => {
    await barrier();
    return at.factors.email.issue(at.storage.stores, whom, { replace: false });
  });
  expect(fulfilled.filter((code) => code !== undefined)).toHaveLength(1);
});

test('a new code ends the one before, also one whose check has just matched', async () => {
  const { whom, code } = await sent();
  const found = await check(whom, code);
  const next = await at.factors.email.issue(at.storage.stores, whom, { replace: true });
  expect(found.matched && (await found.spend(at.storage.stores))).toEqual({ accepted: false, reason: 'used' });
  expect(await check(whom, code)).toEqual({ matched: false, reason: 'wrong' });
  expect((await check(whom, next ?? '')).matched).toBe(true);
});

test('a code is good in its own sign-in, of its own kind, for its own person only', async () => {
  const { whom, code } = await sent();
  const another = await at.person();
  expect((await check({ ...whom, signInUid: newUid() }, code)).matched).toBe(false);
  expect((await check({ ...whom, userId: another.userId }, code)).matched).toBe(false);
  expect((await check(whom, code.slice(0, 6), 'sms')).matched).toBe(false);
  expect((await check(whom, code)).matched).toBe(true);
});

test('after ten minutes a code is refused, by the clock of the check and by that of the database', async () => {
  const { whom, code } = await sent();
  const found = await check(whom, code);
  await at.storage.database.count({
    name: 'test_late',
    text: `update sent_code set expires_at = now() - interval '1 s'`,
  });
  expect(found.matched && (await found.spend(at.storage.stores))).toEqual({ accepted: false, reason: 'used' });
  at.now = new Date();
  expect(await check(whom, code)).toEqual({ matched: false, reason: 'expired' });
});

test('nobody gets a code that could match, and takes the same statements', async () => {
  const whom = { realmId: at.realmId, userId: undefined, signInUid: newUid() };
  const code = await at.factors.email.issue(at.storage.stores, whom, { replace: false });
  expect(await check(whom, code ?? '')).toEqual({ matched: false, reason: 'none_enrolled' });
});

test('neither the code nor a plain digest of it is stored, and what is stored is no code', async () => {
  const { whom, code } = await sent();
  const rows = await at.storage.database.rows<{ row: string }>({
    name: 'test_sent',
    text: 'select to_jsonb(c)::text as row from sent_code c',
  });
  expect(rows.map(({ row }) => row).join()).not.toContain(code);
  expect(await check(whom, '')).toMatchObject({ matched: false, reason: 'malformed' });
});

test('only verified addresses can be reached, a changed number says since when, and what was verified before is kept', async () => {
  const { realmId, userId } = await at.person();
  const { users, contacts } = at.storage.stores;
  const person = await users.byId(realmId, userId);
  if (person === undefined) throw new Error('nobody');
  await users.update({
    ...person,
    email: 'a@example.com',
    emailVerified: false,
    phoneNumber: '+391',
    phoneNumberVerified: true,
  });
  const since = expect.any(Date);
  const none = { current: undefined, before: [] };
  expect(await contacts.of(realmId, userId)).toEqual({
    email: none,
    sms: { ...none, current: { address: '+391', since } },
  });
  await users.update({ ...person, email: 'a@example.com', emailVerified: true });
  expect(await contacts.of(realmId, userId)).toEqual({
    email: { ...none, current: { address: 'a@example.com', since } },
    sms: { ...none, before: [{ address: '+391', since, until: since }] },
  });
  for (let each = 0; each < 20; each += 1)
    await users.update({ ...person, email: `${each}@example.com`, emailVerified: true });
  expect((await contacts.of(realmId, userId)).email.before).toHaveLength(16);
});

test('what a person changed by a proof of their own leaves nothing behind, and a mailbox that they chose counts at once', async () => {
  const { realmId, userId } = await at.person();
  const { users, contacts } = at.storage.stores;
  const person = await users.byId(realmId, userId);
  if (person === undefined) throw new Error('nobody');
  const verified = { email: 'me@example.com', emailVerified: true, phoneNumber: '+392', phoneNumberVerified: true };
  await users.update({ ...person, ...verified });
  await users.update({ ...person, ...verified, email: 'moved@example.com', phoneNumber: '+393' });
  await users.verifyEmail(realmId, userId, 'moved@example.com', 'mine@example.com');
  await users.setPhoneNumber(realmId, userId, '+393', '+394');
  const current = { address: 'mine@example.com', since: undefined };
  expect(await contacts.of(realmId, userId)).toMatchObject({ email: { current, before: [] }, sms: { before: [] } });
  await users.disownPhoneNumber(realmId, userId);
  expect((await contacts.of(realmId, userId)).sms).toEqual({ current: undefined, before: [] });
});
