import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Realm } from '@sparekey/realms';
import { race } from '@sparekey/testing';
import { type ApiProvider, type CallOptions, startApiProvider } from '../testing/account-api.ts';
import { addClient, addRealm, addUser, openTestStorage, type TestStorage } from '../testing/storage.ts';

let database: TestStorage;
let api: ApiProvider;
let realm: Realm;
let number = 0;

beforeAll(async () => {
  database = await openTestStorage();
  realm = await addRealm(database.storage, 'acme', {
    secondFactor: { allowed: ['totp', 'sms'] },
    messages: { smsCountries: ['39'] },
  });
  await addClient(database.storage, realm, { clientId: 'app', scopes: ['account'] });
  api = await startApiProvider(database);
});

afterAll(async () => {
  await api.close();
  await database.close();
});

async function somebody() {
  const user = await addUser(database.storage, realm, { username: `person-${number++}` });
  const { accessToken: token } = await api.tokens({ user });
  const call = (operation: string, options: CallOptions = {}) => api.call('acme', operation, { token, ...options });
  return { user, call, to: `+39 333 100 ${1000 + number}` };
}

/** The code of the newest text message to a number. */
async function codeSentTo(to: string): Promise<string> {
  const claimed = await database.storage.outboxQueue.claim(100, ['sms']);
  const texts = claimed.filter(({ secret }) => secret?.to === to.replaceAll(' ', ''));
  return /\b\d{6}\b/.exec(String(texts.at(-1)?.secret?.text))?.[0] ?? '';
}

test('a number is set by the code sent to it, of two parallel confirmations one wins, and it can be removed', async () => {
  const { call, to } = await somebody();
  expect((await call('GET /phone')).body).toEqual({ verified: false, maySet: true });
  expect(await call('POST /phone', { body: { number: to } })).toMatchObject({ status: 202 });
  const code = await codeSentTo(to);
  const wrong = await call('POST /phone/confirm', {
    body: { number: to, code: code === '123456' ? '654321' : '123456' },
  });
  expect(wrong).toMatchObject({ status: 422, body: { code: 'wrong_code' } });
  const { fulfilled } = await race(2, async (_index, barrier) => {
    await barrier();
    return call('POST /phone/confirm', { body: { number: to, code } });
  });
  expect(fulfilled.filter(({ status }) => status === 200)).toHaveLength(1);
  const { body } = await call('GET /phone');
  expect(body).toMatchObject({ number: to.replaceAll(' ', ''), verified: true });
  expect(new Date(body.usableFrom).getTime()).toBeGreaterThan(Date.now());
  expect((await call('DELETE /phone')).status).toBe(204);
  expect((await call('DELETE /phone')).status).toBe(404);
});

test.each([
  ['nonsense', 'not a number', 400],
  ['of a country that is not open', '+1 415 555 2671', 400],
])('a number that is %s is sent nothing', async (_what, typed, status) => {
  const { user, call } = await somebody();
  expect((await call('POST /phone', { body: { number: typed } })).status).toBe(status);
  const waiting = await database.storage.outboxQueue.claim(100, ['sms']);
  expect(waiting.filter(({ payload }) => payload.userId === user.id)).toEqual([]);
});

test('guesses at a code end in a wait, and sending is bounded', async () => {
  const { call, to } = await somebody();
  let sent = 0;
  while ((await call('POST /phone', { body: { number: to } })).status === 202) sent += 1;
  expect(sent).toBeGreaterThan(0);
  expect(sent).toBeLessThanOrEqual(10);
  let guesses = 0;
  let answer = await call('POST /phone/confirm', { body: { number: to, code: '000000' } });
  for (; answer.status === 422 && guesses < 20; guesses += 1)
    answer = await call('POST /phone/confirm', { body: { number: to, code: '000000' } });
  expect(answer).toMatchObject({ status: 429, body: { code: 'too_many_attempts' } });
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
});
