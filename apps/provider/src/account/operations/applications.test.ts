import { createHash } from 'node:crypto';
import type { Realm, User } from '@sparekey/realms';
import { type HostedProvider, startHostedProvider, Visitor } from '../../testing/hosted.ts';
import { addClient, addRealm, addUser, CALLBACK, openTestStorage, type TestStorage } from '../../testing/storage.ts';
import type { Acting } from './acting.ts';
import { connectedApplications, disconnectApplication } from './applications.ts';
import { endSession, endSessions, sessions } from './sessions.ts';

let here: TestStorage;
let provider: HostedProvider;
let realm: Realm;
let number = 0;

beforeAll(async () => {
  here = await openTestStorage();
  provider = await startHostedProvider(here);
  realm = await addRealm(here.storage, 'acme');
  const logout = { backchannelLogoutUrl: 'https://app.example/logout' };
  await addClient(here.storage, realm, { clientId: 'wiki', name: 'Wiki', consentRequired: true, ...logout });
  await addClient(here.storage, realm, { clientId: 'payroll', name: 'Payroll' });
});
afterAll(async () => {
  await provider.close();
  await here.close();
});

const VERIFIER = 'v'.repeat(43);
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');
const PASSWORD = 'the password of before';

async function addPerson(): Promise<User> {
  const user = await addUser(here.storage, realm, { username: `person-${number++}` });
  await here.storage.stores.passwords.set(realm.id, user.id, await provider.engine.hash(PASSWORD));
  return user;
}

async function acting(person: User, sessionUid = 'none'): Promise<Acting> {
  const { services } = provider;
  const served = await services.realms.get('acme');
  if (served === undefined) throw new Error('no realm');
  const origin = { ip: '192.0.2.1', userAgent: 'test', requestId: 'r' };
  return { services, realm: served, person, policy: realm.policy, origin, sessionUid };
}

const post = async (path: string, clientId: string, form: Record<string, string>) => {
  const response = await fetch(`${provider.origin}/realms/acme/protocol/openid-connect/${path}`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:secret`).toString('base64')}` },
    body: new URLSearchParams(form),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
};
const isActive = async (clientId: string, token = '') =>
  (await post('token/introspect', clientId, { token })).body.active;

/** Through the code flow to an application, allowing what it asks; returns its tokens. */
async function signInTo(clientId: string, person: User, by = new Visitor(provider, 'acme'), scope = 'openid email') {
  let page = await by.authorize(clientId, {
    scope,
    code_challenge: CHALLENGE,
    ...(scope.includes('offline') ? { prompt: 'consent' } : {}),
  });
  if (page.html.includes('name="username"'))
    page = await by.submit(page, { username: person.username, password: PASSWORD });
  const asked = page.html.includes('value="allow"');
  if (asked) page = await by.submit(page, { action: 'allow' });
  const code = page.url.searchParams.get('code') ?? '';
  const { body } = await post('token', clientId, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: CALLBACK,
    code_verifier: VERIFIER,
  });
  return { by, asked, tokens: body };
}

test('an application is listed with what it may, since when, and whether it can act alone', async () => {
  const person = await addPerson();
  const { by } = await signInTo('wiki', person, undefined, 'openid email offline_access');
  await signInTo('payroll', person, by);
  const listed = await connectedApplications(await acting(person));
  expect(listed.find(({ clientId }) => clientId === 'wiki')).toMatchObject({
    name: 'Wiki',
    scopes: ['email', 'offline_access', 'openid'],
    consented: true,
    offline: true,
    lastUsedAt: expect.any(Date),
  });
  expect(listed.find(({ clientId }) => clientId === 'payroll')).toMatchObject({ consented: false, offline: false });
  expect(listed).toHaveLength(2);
  expect(await connectedApplications(await acting(await addPerson()))).toEqual([]);
});

test('letting an application go ends its tokens and its consent: introspection says inactive, and it has to ask again', async () => {
  const person = await addPerson();
  const { by, asked, tokens } = await signInTo('wiki', person, undefined, 'openid email offline_access');
  const other = await signInTo('payroll', person, by);
  expect(asked).toBe(true);
  expect([await isActive('wiki', tokens.access_token), await isActive('wiki', tokens.refresh_token)]).toEqual([
    true,
    true,
  ]);
  await here.storage.outboxQueue.claim(100);

  expect(await disconnectApplication(await acting(person), 'wiki')).toBe(true);

  expect([await isActive('wiki', tokens.access_token), await isActive('wiki', tokens.refresh_token)]).toEqual([
    false,
    false,
  ]);
  const refreshed = await post('token', 'wiki', {
    grant_type: 'refresh_token',
    refresh_token: tokens.refresh_token ?? '',
  });
  expect(refreshed).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  expect(await isActive('payroll', other.tokens.access_token)).toBe(true);
  const messages = await here.storage.outboxQueue.claim(100);
  expect(messages.map(({ kind, payload }) => ({ kind, ...payload }))).toMatchObject([
    { kind: 'backchannel_logout', clientId: 'wiki', sub: person.id, sid: expect.any(String) },
  ]);
  const [event] = await here.storage.auditReader.list(realm.id, { subject: person.id, limit: 1 });
  expect(event).toMatchObject({ type: 'consent.withdrawn', clientId: 'wiki', detail: { consent: true, grants: 1 } });

  expect((await signInTo('wiki', person, by)).asked).toBe(true);
});

test('what an application or another person does not hold cannot be withdrawn', async () => {
  const person = await addPerson();
  const { tokens } = await signInTo('wiki', person);
  expect(await disconnectApplication(await acting(await addPerson()), 'wiki')).toBe(false);
  expect(await disconnectApplication(await acting(person), 'payroll')).toBe(false);
  expect(await disconnectApplication(await acting(person), "no'such")).toBe(false);
  expect(await isActive('wiki', tokens.access_token)).toBe(true);
});

test('ending the other sessions leaves the one that asks, and another person’s session cannot be ended', async () => {
  const person = await addPerson();
  const first = await signInTo('payroll', person);
  const second = await signInTo('payroll', person);
  const [one] = await sessions(await acting(person));
  const mine = await sessions(await acting(person, one?.id));
  expect(mine).toMatchObject([
    { current: true, applications: ['Payroll'], where: { network: '127.0.0.•••' } },
    { current: false, applications: ['Payroll'] },
  ]);
  expect(await endSession(await acting(await addPerson()), one?.id ?? '')).toBe(false);
  expect(await endSessions(await acting(person, one?.id), 'others')).toBe(1);
  expect(await sessions(await acting(person, one?.id))).toMatchObject([{ id: one?.id }]);
  const active = [
    await isActive('payroll', first.tokens.access_token),
    await isActive('payroll', second.tokens.access_token),
  ];
  expect(active.sort()).toEqual([false, true]);
});
