import { randomBytes } from 'node:crypto';
import { defaultPolicy } from '@sparekey/policy';
import type { Realm, User } from '@sparekey/realms';
import { type ClaimedMessage, openStorage, type Storage } from '@sparekey/storage';
import { createTestDatabase, type TestDatabase } from '@sparekey/testing';
import { answerResetRequest } from './password-reset-request.ts';

let database: TestDatabase;
let storage: Storage;
let realm: Realm;
let number = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  storage = await openStorage({ databaseUrl: database.url, masterKey: randomBytes(32), poolSize: 4 });
  realm = await storage.stores.realms.create({ name: 'acme', enabled: true, policy: defaultPolicy, attributes: {} });
});
afterAll(async () => {
  await storage.close();
  await database.drop();
});

function person(over: Partial<User> = {}): Promise<User> {
  const username = `person-${number++}`;
  return storage.stores.users.create({
    realmId: realm.id,
    username,
    email: `${username}@example.com`,
    emailVerified: true,
    phoneNumberVerified: false,
    enabled: true,
    attributes: {},
    requiredActions: [],
    ...over,
  });
}

const origin = { ip: '203.0.113.7', userAgent: 'Firefox', requestId: 'r-1' };

/** A request as the sign-in page leaves it, claimed by this worker. */
async function asking(login: string): Promise<ClaimedMessage> {
  const secret = { login, locale: 'it', minutes: 30, origin };
  await storage.stores.outbox.add({ realmId: realm.id, kind: 'password_reset_request', payload: {}, secret });
  const [message] = await storage.outboxQueue.claim(1, ['password_reset_request']);
  if (message === undefined) throw new Error('nothing to claim');
  return message;
}

const answer = async (login: string) => answerResetRequest(await asking(login), { storage });

/** The mails of a person, as the outbox holds them. */
async function mailsTo(user: User) {
  const claimed = await storage.outboxQueue.claim(50, ['mail']);
  return claimed.filter(({ secret }) => secret?.userId === user.id).map(({ secret }) => secret);
}

const tokenOf = (mail: Record<string, unknown> | undefined) =>
  String((mail?.letter as { path?: string } | undefined)?.path).replace('/reset-password/', '');

const works = async (token: string) =>
  (await storage.stores.actionLinks.peek(realm.id, token, 'forgot_password')) !== undefined;

const audited = () =>
  storage.database.rows<{ subject_id: string | null; outcome: string; reason: string | null }>({
    name: 'test_reset_audit',
    text: `select subject_id, outcome, reason from audit_event where type = 'password_reset.requested' order by at, id`,
  });

test('a person gets one link, in their language, to the address of the account, whichever name was typed', async () => {
  const user = await person({ locale: 'en' });
  expect(await answer(` ${user.username.toUpperCase()} `)).toBe('delivered');
  const [mail] = await mailsTo(user);
  expect(mail).toMatchObject({ to: user.email, locale: 'en', letter: { kind: 'password_reset', minutes: 30 } });
  expect(await works(tokenOf(mail))).toBe(true);
});

test('a newer link ends the one before', async () => {
  const user = await person();
  await answer(user.username);
  const [first] = await mailsTo(user);
  await answer(user.email ?? '');
  const [second] = await mailsTo(user);
  expect([await works(tokenOf(first)), await works(tokenOf(second))]).toEqual([false, true]);
});

test('nobody else gets anything, and only the audit trail tells why', async () => {
  const disabled = await person({ enabled: false });
  const mailless = await person({ email: undefined });
  const before = (await audited()).length;
  for (const login of ['nobody-such', disabled.username, mailless.username, '\0', '']) {
    expect(await answer(login)).toBe('not_needed');
  }
  expect(await storage.outboxQueue.claim(50, ['mail'])).toEqual([]);
  const told = (await audited()).slice(before);
  expect(told.map(({ reason }) => reason)).toEqual(['unknown', 'disabled', 'no_address', 'unknown', 'unknown']);
  expect(told.map(({ subject_id }) => subject_id)).toEqual([null, disabled.id, mailless.id, null, null]);
});

test('three links an hour, however many ask: the mailbox is not flooded, and the last link stays good', async () => {
  const user = await person();
  for (let count = 0; count < 3; count += 1) expect(await answer(user.username)).toBe('delivered');
  expect(await answer(user.username)).toBe('not_needed');
  const mails = await mailsTo(user);
  expect(mails).toHaveLength(3);
  expect(await Promise.all(mails.map((mail) => works(tokenOf(mail))))).toContain(true);
});

test('a request that waited longer than its link would live is dropped; one that cannot be read too', async () => {
  const user = await person();
  const message = await asking(user.username);
  const later = () => new Date(Date.now() + 31 * 60_000);
  expect(await answerResetRequest(message, { storage, now: later })).toBe('not_needed');
  expect(await answerResetRequest({ ...message, secret: {} }, { storage })).toBe('not_needed');
  expect(await mailsTo(user)).toEqual([]);
});
