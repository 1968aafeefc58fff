import type { RealmId } from '@sparekey/contracts';
import { mail } from '@sparekey/messages';
import { policySchema } from '@sparekey/policy';
import type { User } from '@sparekey/realms';
import { race } from '../../../testing/src/index.ts';
import { addRealm, addUser, openTestStorage, type TestStorage } from '../../test/fixtures.ts';
import type { Storage } from '../storage.ts';

let test_: TestStorage;
let storage: Storage;
let realmId: RealmId;
let ada: User;

beforeEach(async () => {
  test_ = await openTestStorage();
  storage = test_.storage;
  realmId = (await addRealm(storage)).id;
  ada = await addUser(storage, realmId, { email: 'ada@example.com', emailVerified: true, locale: 'it' });
});
afterEach(() => test_.close());

const origin = { ip: '203.0.113.7', userAgent: 'Firefox/132.0', requestId: 'r' };
const byAda = () =>
  ({ realmId, actor: { kind: 'user', id: ada.id }, subject: ada.id, outcome: 'success', origin }) as const;

async function queuedLetters() {
  const messages = await storage.outboxQueue.claim(50, ['mail']);
  return messages.map(({ secret }) => secret as { to: string; locale: string; letter: { kind: string } });
}

const everything = async () => {
  const rows = await storage.database.rows<{ row: string }>({
    name: 'test_outbox_text',
    text: `select to_jsonb(o)::text || encode(coalesce(sealed, ''), 'escape') as row from outbox o`,
  });
  return rows.map(({ row }) => row).join('\n');
};

test('neither code nor address of a queued mail can be read in the database; the worker reads both', async () => {
  const letter = { kind: 'sign_in_code', code: '27182818', minutes: 10 } as const;
  await storage.stores.outbox.add(mail({ ...ada, userId: ada.id, email: 'ada@example.com' }, letter));
  const stored = await everything();
  expect(stored).not.toContain('27182818');
  expect(stored).not.toContain('ada@example.com');
  const [claimed] = await storage.outboxQueue.claim(1);
  expect(claimed?.secret).toMatchObject({ to: 'ada@example.com', letter });
});

test.each(['delivered', 'dead'] as const)('the secret of a message that is %s is gone', async (end) => {
  await storage.stores.outbox.add({ realmId, kind: 'sms', payload: {}, secret: { text: 'x' } });
  const [message] = await storage.outboxQueue.claim(1);
  if (message === undefined) throw new Error('nothing claimed');
  if (end === 'delivered') await storage.outboxQueue.delivered(message);
  else await storage.outboxQueue.failed(message, 'no such number', 'dead');
  const [row] = await storage.database.rows({ name: 'test_sealed', text: 'select sealed from outbox' });
  expect(row).toEqual({ sealed: null });
});

test('a sealed message that was moved to another row opens nowhere, and holds up no other', async () => {
  for (const text of ['a', 'b'])
    await storage.stores.outbox.add({ realmId, kind: 'sms', payload: { text }, secret: { text } });
  await storage.database.count({
    name: 'test_swap',
    text: `update outbox set sealed = (select sealed from outbox where payload ->> 'text' = 'a')
           where payload ->> 'text' = 'b'`,
  });
  const claimed = await storage.outboxQueue.claim(10, ['sms']);
  expect(claimed.map(({ payload, secret }) => [payload.text, secret])).toEqual([
    ['a', { text: 'a' }],
    ['b', undefined],
  ]);
});

test('a worker takes only the kinds it asks for', async () => {
  await storage.stores.outbox.add({ realmId, kind: 'webhook', payload: {} });
  await storage.stores.outbox.add({ realmId, kind: 'mail', payload: {} });
  expect((await storage.outboxQueue.claim(10, ['mail', 'sms'])).map(({ kind }) => kind)).toEqual(['mail']);
  expect((await storage.outboxQueue.claim(10)).map(({ kind }) => kind)).toEqual(['webhook']);
});

test('whoever appends an event, its notices go out in the person’s language, and to verified addresses only', async () => {
  await storage.stores.audit.append({ ...byAda(), type: 'password.changed' });
  expect(await queuedLetters()).toMatchObject([
    { to: 'ada@example.com', locale: 'it', letter: { kind: 'password_changed', ip: '203.0.113.7' } },
  ]);
  const bob = await addUser(storage, realmId, { email: 'bob@example.com', emailVerified: false });
  await storage.stores.audit.append({ ...byAda(), subject: bob.id, type: 'password.changed' });
  expect(await queuedLetters()).toEqual([]);
});

test('while an address that others set waits, the one before hears of everything too; alone, where the new one is not verified', async () => {
  const { users, audit } = storage.stores;
  const eve = await addUser(storage, realmId, { email: 'eve@example.com', emailVerified: true });
  const told = async () => {
    await audit.append({ ...byAda(), subject: eve.id, type: 'password.changed' });
    return (await queuedLetters()).map(({ to }) => to).toSorted();
  };
  await users.update({ ...eve, email: 'moved@example.com' });
  expect(await told()).toEqual(['eve@example.com', 'moved@example.com']);
  await users.update({ ...eve, email: 'moved@example.com', emailVerified: false });
  expect(await told()).toEqual(['eve@example.com']);
});

test('a number that others changed, and the one before, are both told what is told by text message', async () => {
  const { realms, users, audit } = storage.stores;
  const policy = policySchema.parse({ messages: { smsCountries: ['39'] } });
  const realm = await realms.create({ name: 'texts', enabled: true, policy, attributes: {} });
  const eve = await addUser(storage, realm.id, { phoneNumber: '+39330001', phoneNumberVerified: true });
  await users.update({ ...eve, phoneNumber: '+39330002' });
  const detail = { demands: 'waiting' };
  await audit.append({ ...byAda(), realmId: realm.id, subject: eve.id, type: 'recovery.assessed', detail });
  const texts = await storage.outboxQueue.claim(10, ['sms']);
  expect(texts.map(({ secret }) => secret?.to).toSorted()).toEqual(['+39330001', '+39330002']);
});

test('an event that is rolled back tells nobody', async () => {
  const rolledBack = storage.transaction(async ({ audit }) => {
    await audit.append({ ...byAda(), type: 'totp.removed', detail: { label: 'Pixel' } });
    throw new Error('no');
  });
  await expect(rolledBack).rejects.toThrow('no');
  expect(await queuedLetters()).toEqual([]);
});

test('the use of the third, second and last code says how few are left', async () => {
  for (const left of [4, 3, 2, 1, 0])
    await storage.stores.audit.append({ ...byAda(), type: 'backup_code.consumed', detail: { index: 0, left } });
  const letters = (await queuedLetters()).map(({ letter }) => letter);
  expect(letters.filter(({ kind }) => kind === 'code_used')).toHaveLength(5);
  expect(letters.filter(({ kind }) => kind === 'codes_low')).toEqual([
    { kind: 'codes_low', left: 3 },
    { kind: 'codes_low', left: 1 },
    { kind: 'codes_low', left: 0 },
  ]);
});

test('a changed address is told to the old one, and to the new one', async () => {
  const changed = { email: { from: 'ada@example.com', to: 'eve@example.org' } };
  await storage.stores.audit.append({ ...byAda(), type: 'profile.updated', detail: { fields: 'email' }, changed });
  expect(await queuedLetters()).toMatchObject([
    { to: 'ada@example.com', letter: { kind: 'email_changed', to: 'e•••@example.org' } },
    { to: 'eve@example.org', letter: { kind: 'email_set' } },
  ]);
});

test('a stranger who locks an account or tries codes over and over causes one letter an hour', async () => {
  for (let n = 0; n < 5; n += 1) {
    const wrong = { ...byAda(), actor: { kind: 'anonymous' }, outcome: 'failure' } as const;
    await storage.stores.audit.append({ ...wrong, type: 'backup_code.attempted', reason: 'wrong' });
    await storage.stores.audit.append({ ...wrong, type: 'attempts.locked', detail: { scope: 'person' } });
  }
  expect((await queuedLetters()).map(({ letter }) => letter.kind).sort()).toEqual(['locked', 'recovery_attempted']);
});

test('a sign-in from another browser is told once; the first of all, and an update of the browser, are not', async () => {
  const signIn = (userAgent: string) =>
    storage.stores.audit.append({ ...byAda(), type: 'sign_in.completed', origin: { ...origin, userAgent } });
  await signIn('Firefox/132.0 (Windows NT 10.0)');
  await signIn('Firefox/133.0.1 (Windows NT 10.0)');
  expect(await queuedLetters()).toEqual([]);
  await signIn('Safari/18 (iPhone)');
  await signIn('Safari/18.1 (iPhone)');
  expect((await queuedLetters()).map(({ letter }) => letter.kind)).toEqual(['new_device']);
});

test('of 40 parallel sends exactly as many pass as the limit allows, and the next window begins anew', async () => {
  const other = await test_.another();
  const { fulfilled } = await race(40, async (index, barrier) => {
    const { sendLimits } = (index % 2 === 0 ? storage : other).stores;
    await barrier();
    return sendLimits.take(realmId, 'k', 7, 86_400);
  });
  expect(fulfilled.filter((passed) => passed)).toHaveLength(7);
  await storage.database.count({ name: 'test_window', text: 'update send_counter set slot = slot - 1' });
  expect(await storage.stores.sendLimits.take(realmId, 'k', 7, 86_400)).toBe(true);
});

test('a freeze of recovery is never shortened, and ends by itself', async () => {
  const { recoveryFreezes } = storage.stores;
  const far = new Date(Date.now() + 86_400_000);
  expect(await recoveryFreezes.frozenUntil(realmId, ada.id)).toBeUndefined();
  await recoveryFreezes.freeze(realmId, ada.id, far);
  await recoveryFreezes.freeze(realmId, ada.id, new Date(Date.now() + 1000));
  expect(await recoveryFreezes.frozenUntil(realmId, ada.id)).toEqual(far);
  await storage.database.count({
    name: 'test_thaw',
    text: `update user_account set recovery_frozen_until = now() - interval '1 second'`,
  });
  expect(await recoveryFreezes.frozenUntil(realmId, ada.id)).toBeUndefined();
});
