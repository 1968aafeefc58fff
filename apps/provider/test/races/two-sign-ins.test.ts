import type { Realm, User } from '@sparekey/realms';
import { race, SoftAuthenticator, type SoftOptions } from '@sparekey/testing';
import { type HostedProvider, type Page, startHostedProvider, Visitor } from '../../src/testing/hosted.ts';
import { addClient, addRealm, addUser, openTestStorage, type TestStorage } from '../../src/testing/storage.ts';

// Of one person, who holds nothing but a password: whoever knows it may leave a sign-in open at the page that sets up a
// factor, and come back to it when the person has one (open-mercato#3852, CVE-2026-94218).

const PASSWORD = 'zephyr gondola 58';
let here: TestStorage;
let provider: HostedProvider;
let realm: Realm;
let number = 0;

beforeAll(async () => {
  here = await openTestStorage();
  provider = await startHostedProvider(here);
  realm = await addRealm(here.storage, 'acme', {
    secondFactor: { required: 'required', allowed: ['webauthn', 'totp'] },
    backupCodes: { required: 'never' },
  });
  await addClient(here.storage, realm, { clientId: 'app' });
});
afterAll(async () => {
  await provider.close();
  await here.close();
});

async function person(): Promise<User> {
  const user = await addUser(here.storage, realm, { username: `ada-${number++}` });
  await here.storage.stores.passwords.set(realm.id, user.id, await provider.engine.hash(PASSWORD));
  return user;
}

const held = (user: User) => here.storage.stores.webauthn.list(realm.id, user.id);

/** A browser that stands where a passkey is set up. */
async function enrolling(username: string): Promise<{ visitor: Visitor; page: Page }> {
  const visitor = new Visitor(provider, 'acme');
  return { visitor, page: await visitor.submit(await visitor.authorize('app'), { username, password: PASSWORD }) };
}

function passkey({ html }: Page): string {
  const found = /data-passkey="create" data-options="([^"]*)"/.exec(html)?.[1] ?? '';
  const options = JSON.parse(found.replaceAll('&quot;', '"').replaceAll('&amp;', '&')) as SoftOptions;
  return new SoftAuthenticator(provider.origin).create(options);
}

test('a sign-in left open where a factor is set up sets up none beside one that came meanwhile: it asks for that', async () => {
  const user = await person();
  const thief = await enrolling(user.username);
  const ada = await enrolling(user.username);
  const done = await ada.visitor.submit(ada.page, { webauthn: passkey(ada.page) });
  expect(done.url.searchParams.has('code')).toBe(true);

  const refused = await thief.visitor.submit(thief.page, { webauthn: passkey(thief.page) });
  expect(refused.html).toContain('data-passkey="get"');
  expect((await thief.visitor.open(thief.page.url.href)).html).toContain('data-passkey="get"');
  expect(await held(user)).toHaveLength(1);
});

test('a sign-in left open at a new password sets none once its person holds a factor', async () => {
  const optional = await addRealm(here.storage, 'optional', { backupCodes: { required: 'never' } });
  await addClient(here.storage, optional, { clientId: 'app' });
  const grace = await addUser(here.storage, optional, { username: 'grace', requiredActions: ['UPDATE_PASSWORD'] });
  const phc = await provider.engine.hash(PASSWORD);
  await here.storage.stores.passwords.set(optional.id, grace.id, phc);
  const thief = new Visitor(provider, 'optional');
  const asked = await thief.submit(await thief.authorize('app'), { username: 'grace', password: PASSWORD });
  expect(asked.html).toContain('name="new_password"');
  await here.storage.stores.totp.add(optional.id, grace.id, {
    label: 'Phone',
    secret: Buffer.alloc(20, 1),
    algorithm: 'sha1',
    digits: 6,
    periodSeconds: 30,
    lastStep: 0,
    driftSteps: 0,
    confirmedAt: new Date(),
  });
  const fresh = 'tr7 plinth ocarina';
  const refused = await thief.submit(asked, { new_password: fresh, new_password_again: fresh });
  expect(refused.html).toContain('name="otp"');
  expect((await here.storage.stores.passwords.get(optional.id, grace.id))?.phc).toBe(phc);
});

test('of ten sign-ins that set up a first factor at once, one does', async () => {
  for (let round = 0; round < 3; round += 1) {
    const user = await person();
    const all = await Promise.all(Array.from({ length: 10 }, () => enrolling(user.username)));
    const { fulfilled } = await race(10, async (index, barrier) => {
      const { visitor, page } = all[index] as (typeof all)[number];
      const webauthn = passkey(page);
      await barrier();
      return visitor.submit(page, { webauthn });
    });
    expect(fulfilled.filter(({ url }) => url.searchParams.has('code'))).toHaveLength(1);
    expect(fulfilled.filter(({ status }) => status >= 500)).toEqual([]);
    expect(await held(user)).toHaveLength(1);
  }
});
