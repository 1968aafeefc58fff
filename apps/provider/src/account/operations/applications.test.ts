import type { Realm, User } from '@sparekey/realms';
import { type HostedProvider, startHostedProvider } from '../../testing/hosted.ts';
import { actingAs, addPerson, protocolPost, signInTo } from '../../testing/person.ts';
import { addClient, addRealm, openTestStorage, type TestStorage } from '../../testing/storage.ts';
import { connectedApplications, disconnectApplication } from './applications.ts';
import { endSession, endSessions, sessions } from './sessions.ts';

let here: TestStorage;
let provider: HostedProvider;
let realm: Realm;

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

const anybody = () => addPerson(here, provider, realm);
const acting = (person: User, sessionUid?: string) => actingAs(provider, person, sessionUid);
const post = (path: string, clientId: string, form: Record<string, string>) =>
  protocolPost(provider, path, clientId, form);
const isActive = async (clientId: string, token = '') =>
  (await post('token/introspect', clientId, { token })).body.active;
const OFFLINE = 'openid email offline_access';

test('an application is listed with what it may, since when, and whether it can act alone', async () => {
  const person = await anybody();
  const { by } = await signInTo(provider, 'wiki', person, { scope: OFFLINE });
  await signInTo(provider, 'payroll', person, { by });
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
  expect(await connectedApplications(await acting(await anybody()))).toEqual([]);
});

test('letting an application go ends its tokens and its consent: introspection says inactive, and it has to ask again', async () => {
  const person = await anybody();
  const { by, asked, tokens } = await signInTo(provider, 'wiki', person, { scope: OFFLINE });
  const other = await signInTo(provider, 'payroll', person, { by });
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

  expect((await signInTo(provider, 'wiki', person, { by })).asked).toBe(true);
});

test('what an application or another person does not hold cannot be withdrawn', async () => {
  const person = await anybody();
  const { tokens } = await signInTo(provider, 'wiki', person);
  expect(await disconnectApplication(await acting(await anybody()), 'wiki')).toBe(false);
  expect(await disconnectApplication(await acting(person), 'payroll')).toBe(false);
  expect(await disconnectApplication(await acting(person), "no'such")).toBe(false);
  expect(await isActive('wiki', tokens.access_token)).toBe(true);
});

test('ending the other sessions leaves the one that asks, and another person’s session cannot be ended', async () => {
  const person = await anybody();
  const first = await signInTo(provider, 'payroll', person);
  const second = await signInTo(provider, 'payroll', person);
  const [one] = await sessions(await acting(person));
  const mine = await sessions(await acting(person, one?.id));
  expect(mine).toMatchObject([
    { current: true, applications: ['Payroll'], where: { network: '127.0.0.•••' } },
    { current: false, applications: ['Payroll'] },
  ]);
  expect(await endSession(await acting(await anybody()), one?.id ?? '')).toBe(false);
  expect(await endSessions(await acting(person, one?.id), 'others')).toBe(1);
  expect(await sessions(await acting(person, one?.id))).toMatchObject([{ id: one?.id }]);
  const active = [
    await isActive('payroll', first.tokens.access_token),
    await isActive('payroll', second.tokens.access_token),
  ];
  expect(active.sort()).toEqual([false, true]);
});
