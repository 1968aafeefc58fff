import { randomBytes } from 'node:crypto';
import type { Realm, User } from '@sparekey/realms';
import { type HostedProvider, type Page, startHostedProvider, Visitor } from '../../testing/hosted.ts';
import { addClient, addRealm, addUser, openTestStorage, type TestStorage } from '../../testing/storage.ts';
import { totpCode } from '../../testing/totp-code.ts';

let here: TestStorage;
let provider: HostedProvider;
let realm: Realm;
let number = 0;

beforeAll(async () => {
  here = await openTestStorage();
  provider = await startHostedProvider(here);
  realm = await addRealm(here.storage, 'acme', { backupCodes: { required: 'never' } });
  await addClient(here.storage, realm, { clientId: 'app' });
});
afterAll(async () => {
  await provider.close();
  await here.close();
});

const OLD = 'the password of before';
const NEW = 'tr7 plinth ocarina';
const wanted = { new_password: NEW, new_password_again: NEW };
const visitor = () => new Visitor(provider, 'acme');
const code = (page: Page) => page.url.searchParams.get('code');
const status = (page: Page) => page.url.searchParams.get('kc_action_status');
const asksNewPassword = (page: Page) => page.html.includes('name="new_password"');

async function person(over: Partial<User> = {}): Promise<User> {
  const user = await addUser(here.storage, realm, { username: `person-${number++}`, ...over });
  await here.storage.stores.passwords.set(realm.id, user.id, await provider.engine.hash(OLD));
  return user;
}

async function holdTotp(user: User): Promise<Buffer> {
  const secret = randomBytes(20);
  await here.storage.stores.totp.add(realm.id, user.id, {
    label: 'Pixel',
    secret,
    algorithm: 'sha1',
    digits: 6,
    periodSeconds: 30,
    lastStep: 0,
    driftSteps: 0,
    confirmedAt: new Date(),
  });
  return secret;
}

async function signIn(user: User, by: Visitor, parameters: Record<string, string> = {}, password = OLD): Promise<Page> {
  return by.submit(await by.authorize('app', parameters), { username: user.username, password });
}

const actionsOf = async (user: User) => (await here.storage.stores.users.byId(realm.id, user.id))?.requiredActions;

test('a temporary password is replaced before anything is issued; restart, back and a second tab shed nothing (R8, CVE-2026-94218)', async () => {
  const user = await person({ requiredActions: ['UPDATE_PASSWORD'] });
  const by = visitor();
  const asked = await signIn(user, by);
  expect(asksNewPassword(asked)).toBe(true);
  expect(asked.html).not.toContain('value="later"');
  for (const action of ['later', 'try:password', 'continue', 'allow', 'not_me'])
    expect(code(await by.submit(asked, { action }))).toBeNull();
  expect(asksNewPassword(await by.open(asked.url.pathname))).toBe(true);
  // A second tab has no session to go by: nothing was issued yet.
  expect((await by.authorize('app')).html).toContain('name="username"');
  expect((await by.authorize('app', { prompt: 'none' })).url.searchParams.get('error')).toBe('login_required');
  expect(asksNewPassword(await signIn(user, by))).toBe(true);

  expect((await by.submit(asked, { new_password: OLD, new_password_again: OLD })).status).toBe(422);
  expect(code(await by.submit(asked, wanted))).not.toBeNull();
  expect(await actionsOf(user)).toEqual([]);
  expect(code(await signIn(user, visitor(), {}, NEW))).not.toBeNull();
});

test('what becomes required during a session stops the next code, silent ones too', async () => {
  const user = await person();
  const by = visitor();
  expect(code(await signIn(user, by))).not.toBeNull();
  await here.storage.stores.users.update({ ...user, requiredActions: ['UPDATE_PASSWORD'] });
  expect((await by.authorize('app', { prompt: 'none' })).url.searchParams.get('error')).toBe('interaction_required');
  const page = await by.authorize('app');
  expect(page.html).toContain('name="password"');
  const asked = await by.submit(page, { password: OLD });
  expect(asksNewPassword(asked)).toBe(true);
  expect(code(await by.submit(asked, wanted))).not.toBeNull();
});

test('actions that are not known, or make no sense for a person, hold up nobody', async () => {
  const user = await person({
    email: undefined,
    requiredActions: ['TERMS_AND_CONDITIONS', 'VERIFY_EMAIL', 'CONFIGURE_RECOVERY_AUTHN_CODES'],
  });
  const by = visitor();
  expect(code(await signIn(user, by))).not.toBeNull();
  expect(code(await by.authorize('app'))).not.toBeNull();
});

test('an application starts an action over a session: proven anew, done or declined, and told how it ended', async () => {
  const user = await person();
  const by = visitor();
  expect(status(await signIn(user, by))).toBeNull();
  const asked = await by.authorize('app', { kc_action: 'UPDATE_PASSWORD' });
  expect(asked.html).toContain('name="password"');
  const page = await by.submit(asked, { password: OLD });
  expect(asksNewPassword(page)).toBe(true);
  const declined = await by.submit(page, { action: 'later' });
  expect([status(declined), code(declined) !== null]).toEqual(['cancelled', true]);

  const again = await by.submit(await by.authorize('app', { kc_action: 'UPDATE_PASSWORD' }), { password: OLD });
  const done = await by.submit(again, wanted);
  expect([status(done), code(done) !== null]).toEqual(['success', true]);
  const unknown = await by.authorize('app', { kc_action: 'delete_everything' });
  expect([status(unknown), code(unknown) !== null]).toEqual(['error', true]);
  expect(
    (await by.authorize('app', { kc_action: 'UPDATE_PASSWORD', prompt: 'none' })).url.searchParams.get('error'),
  ).toBe('interaction_required');
});

test('who holds a second factor shows it before an action changes anything (H26, CVE-2026-3429)', async () => {
  const user = await person();
  const secret = await holdTotp(user);
  const by = visitor();
  const factor = await signIn(user, by, { kc_action: 'UPDATE_PASSWORD' });
  expect(factor.html).toContain('name="otp"');
  expect(asksNewPassword(await by.submit(factor, { step: 'action', ...wanted }))).toBe(false);
  const page = await by.submit(factor, { otp: totpCode(secret) });
  expect(asksNewPassword(page)).toBe(true);
});

test('an authenticator app set up as an action counts for this sign-in, and is asked for in the next', async () => {
  const user = await person({ requiredActions: ['CONFIGURE_TOTP'] });
  const by = visitor();
  const page = await signIn(user, by);
  const [, secret = ''] = /data-secret="([A-Z2-7]+)"/.exec(page.html) ?? [];
  const done = await by.submit(page, { otp: totpCode(secret), label: 'Phone' });
  expect(code(done)).not.toBeNull();
  expect(await actionsOf(user)).toEqual([]);
  expect((await signIn(user, visitor())).html).toContain('name="otp"');
});

test('a passkey that is required is asked for with options of this sign-in, and a made-up answer registers nothing', async () => {
  const user = await person({ requiredActions: ['webauthn-register'] });
  const by = visitor();
  const page = await signIn(user, by);
  expect(page.html).toContain('passkey');
  for (const webauthn of ['', '{}', '{"id":"AAAA","type":"public-key"}'])
    expect((await by.submit(page, { webauthn, label: '' })).status).toBe(422);
  expect(await actionsOf(user)).toEqual(['webauthn-register']);
  expect(await here.storage.stores.webauthn.list(realm.id, user.id)).toEqual([]);
});

test('an address counts as verified when its link was followed, in whatever browser, and not before', async () => {
  const user = await person({ emailVerified: false, requiredActions: ['VERIFY_EMAIL'] });
  const by = visitor();
  const offer = await signIn(user, by);
  const sent = await by.submit(offer, {});
  expect(sent.html).toContain('on its way');
  expect((await by.submit(sent, { sent: '1' })).status).toBe(422);

  const [mail] = (await here.storage.outboxQueue.claim(10, ['mail'])).filter(
    ({ secret }) => secret?.userId === user.id,
  );
  const letter = mail?.secret?.letter as { kind: string; path: string };
  expect(letter.kind).toBe('verify_email');
  const elsewhere = visitor();
  const link = await elsewhere.open(`/realms/acme${letter.path}`);
  expect(link.html).toContain(user.email);
  expect((await here.storage.stores.users.byId(realm.id, user.id))?.emailVerified).toBe(false);
  expect((await elsewhere.submit(link, {})).html).toContain('is verified');
  expect((await elsewhere.submit(link, {})).status).toBe(410);
  expect(code(await by.submit(sent, { sent: '1' }))).not.toBeNull();
  expect(await actionsOf(user)).toEqual([]);
});
