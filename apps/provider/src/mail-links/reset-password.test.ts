import { randomBytes } from 'node:crypto';
import type { Realm, User } from '@sparekey/realms';
import { race } from '@sparekey/testing';
import { type HostedProvider, type Page, startHostedProvider, Visitor } from '../testing/hosted.ts';
import { addClient, addRealm, addUser, openTestStorage, type TestStorage } from '../testing/storage.ts';

let here: TestStorage;
let provider: HostedProvider;
let realm: Realm;
let number = 0;

beforeAll(async () => {
  here = await openTestStorage();
  provider = await startHostedProvider(here);
  realm = await addRealm(here.storage, 'acme');
  await addClient(here.storage, realm, { clientId: 'app' });
});
afterAll(async () => {
  await provider.close();
  await here.close();
});

const OLD = 'the password of before';
const NEW = 'tr7 plinth ocarina';

async function person(over: Partial<User> = {}): Promise<User> {
  const user = await addUser(here.storage, realm, { username: `person-${number++}`, ...over });
  await here.storage.stores.passwords.set(realm.id, user.id, await provider.engine.hash(OLD));
  return user;
}

function linkOf(user: User, ttlSeconds = 600): Promise<string> {
  const data = { email: user.email };
  const link = { realmId: realm.id, userId: user.id, purpose: 'forgot_password' as const, ttlSeconds, data };
  return here.storage.stores.actionLinks.create(link);
}

const open = (token: string, visitor = new Visitor(provider, 'acme')) =>
  visitor.open(`/realms/acme/reset-password/${token}`);
const wanted = { new_password: NEW, new_password_again: NEW };
const visitor = () => new Visitor(provider, 'acme');

async function signIn(user: User, password: string, by = visitor()): Promise<Page> {
  return by.submit(await by.authorize('app'), { username: user.username, password });
}

/** The sign-in ended at the application with a code. */
const signedIn = (page: Page) => page.url.searchParams.has('code');

async function holdTotp(user: User): Promise<void> {
  await here.storage.stores.totp.add(realm.id, user.id, {
    label: 'Pixel',
    secret: randomBytes(20),
    algorithm: 'sha1',
    digits: 6,
    periodSeconds: 30,
    lastStep: 0,
    driftSteps: 0,
    confirmedAt: new Date(),
  });
}

test('opening the link, as mail scanners do, changes and spends nothing; the form does, once', async () => {
  const user = await person();
  const token = await linkOf(user);
  for (let count = 0; count < 5; count += 1) expect((await open(token)).status).toBe(200);
  expect(signedIn(await signIn(user, OLD))).toBe(true);

  const by = visitor();
  const page = await open(token, by);
  expect(page.html).toContain('name="new_password"');
  expect((await by.submit(page, wanted)).html).toContain('Your password is changed');
  expect(signedIn(await signIn(user, OLD))).toBe(false);
  expect(signedIn(await signIn(user, NEW))).toBe(true);
  expect((await open(token)).status).toBe(410);
  expect(
    (await by.submit(page, { new_password: 'other plinth 88 kelp', new_password_again: 'other plinth 88 kelp' }))
      .status,
  ).toBe(410);
});

test('of many posts of one link at once one sets the password', async () => {
  const user = await person();
  const token = await linkOf(user);
  const page = await open(token);
  const outcomes = await race(8, async (index, barrier) => {
    const password = `${NEW} ${index}`;
    await barrier();
    return visitor().submit(page, { new_password: password, new_password_again: password });
  });
  expect(outcomes.fulfilled.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 7 }, () => 410)]);
});

test('a reset signs nobody in and drops no factor: the second one is asked for afterwards (R5, CVE-2026-18963, KC#12759, AK#18639)', async () => {
  const user = await person();
  await holdTotp(user);
  const by = visitor();
  const done = await by.submit(await open(await linkOf(user), by), wanted);
  expect(by.browser.cookiesFor(new URL(`${provider.origin}/realms/acme/`)).map(({ name }) => name)).not.toContain(
    'sparekey_session',
  );
  expect(done.status).toBe(200);
  const account = await by.open('/realms/acme/account');
  expect(account.html).toContain('name="password"');
  const next = await signIn(user, NEW, by);
  expect(signedIn(next)).toBe(false);
  expect(next.html).toContain('name="otp"');
  expect(await here.storage.stores.totp.list(realm.id, user.id)).toHaveLength(1);
});

test('a reset ends every session and what was issued in it', async () => {
  const user = await person();
  const elsewhere = visitor();
  expect(signedIn(await signIn(user, OLD, elsewhere))).toBe(true);
  expect(await here.storage.stores.sessions.list(realm.id, user.id)).toHaveLength(1);
  const by = visitor();
  await by.submit(await open(await linkOf(user), by), wanted);
  expect(await here.storage.stores.sessions.list(realm.id, user.id)).toHaveLength(0);
  expect((await elsewhere.authorize('app')).html).toContain('name="username"');
});

test('who was locked out by guesses, hard stop included, gets in after a reset; the other factors keep their counts', async () => {
  const user = await person();
  const key = (factor: 'password' | 'totp') => ({ realmId: realm.id, factor, subject: user.id });
  const limit = { failures: 10, firstWaitSeconds: 1, maxWaitSeconds: 30, hardStop: 10 };
  for (let count = 0; count < 10; count += 1) await here.storage.attempts.begin(key('password'), limit);
  await here.storage.attempts.begin(key('totp'), limit);
  expect(await here.storage.attempts.begin(key('password'), limit)).toMatchObject({ allowed: false, stopped: true });
  const by = visitor();
  await by.submit(await open(await linkOf(user), by), wanted);
  expect(signedIn(await signIn(user, NEW))).toBe(true);
  expect(await here.storage.attempts.begin(key('totp'), limit)).toMatchObject({ failures: 2 });
});

test('a link is good for its person, realm and purpose alone (CVE-2026-4325), and dies with its address and with any change of the password', async () => {
  const user = await person();
  const other = await addRealm(here.storage, `other-${number++}`);
  const token = await linkOf(user);
  expect((await visitor().open(`/realms/${other.name}/reset-password/${token}`)).status).toBe(410);
  expect((await visitor().open(`/realms/acme/verify-email/${token}`)).status).toBe(410);
  await here.storage.stores.users.update({ ...user, email: `moved-${number++}@example.com` });
  expect((await open(token)).status).toBe(410);

  const second = await person();
  const links = [await linkOf(second), await linkOf(second)];
  const by = visitor();
  await by.submit(await open(links[0] ?? '', by), wanted);
  expect((await open(links[1] ?? '')).status).toBe(410);
});

test('expired, unknown, malformed and foreign links, and those of disabled people, get one page', async () => {
  const user = await person();
  const gone = await person({ enabled: false });
  const expired = await linkOf(user, -1);
  const pages = await Promise.all([expired, 'A'.repeat(43), 'short', await linkOf(gone)].map((token) => open(token)));
  for (const page of pages) expect([page.status, page.html]).toEqual([410, pages[0]?.html]);
});

test('links are made of the configured URL whatever Host says, and no page of a link leads elsewhere (R13)', async () => {
  const user = await person();
  const path = `/realms/acme/reset-password/${await linkOf(user)}`;
  const hostile = { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' };
  const response = await fetch(`${provider.origin}${path}?redirect_uri=https://evil.example&return=//evil.example`, {
    headers: hostile,
  });
  const html = await response.text();
  expect(html).not.toMatch(/(href|action|src)="(https?:)?\/\/(?!localhost)/);
  // The token is in the address: no other site hears it.
  expect(response.headers.get('referrer-policy')).toBe('same-origin');
});

test('the rules hold on this door too: a password that is too weak, personal or leaked is refused, and spends nothing', async () => {
  const user = await person({ firstName: 'Wilhelmina' });
  const token = await linkOf(user);
  const by = visitor();
  const page = await open(token, by);
  for (const weak of ['short', 'Password1', 'wilhelmina1', user.username]) {
    const refused = await by.submit(page, { new_password: weak, new_password_again: weak });
    expect([weak, refused.status]).toEqual([weak, 422]);
    expect(refused.html).toContain('role="alert"');
  }
  expect((await by.submit(page, { ...wanted, csrf: 'forged' })).status).toBe(403);
  expect((await by.submit(page, wanted, { origin: 'https://evil.example' })).status).toBe(403);
  expect((await by.submit(page, wanted)).status).toBe(200);
});
