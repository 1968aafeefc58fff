import type { Realm } from '@sparekey/realms';
import { type HostedProvider, type Page, startHostedProvider, Visitor } from '../testing/hosted.ts';
import { addRealm, addUser, openTestStorage, type TestStorage } from '../testing/storage.ts';

let here: TestStorage;
let provider: HostedProvider;
let realm: Realm;
let number = 0;

beforeAll(async () => {
  here = await openTestStorage();
  provider = await startHostedProvider(here);
  realm = await addRealm(here.storage, 'acme');
});
afterAll(async () => {
  await provider.close();
  await here.close();
});

const PASSWORD = 'the password of before';

async function onProfilePage() {
  const user = await addUser(here.storage, realm, { username: `person-${number++}` });
  await here.storage.stores.passwords.set(realm.id, user.id, await provider.engine.hash(PASSWORD));
  const by = new Visitor(provider, 'acme');
  let page = await by.submit(await by.open('/realms/acme/account/profile'), {
    username: user.username,
    password: PASSWORD,
  });
  // A change asks for a proof of its own.
  if (page.html.includes('name="password"')) page = await by.submit(page, { password: PASSWORD });
  const change = (email: string): Promise<Page> => by.submit(page, { first_name: 'Ada', last_name: '', email });
  const stored = () => here.storage.stores.users.byId(realm.id, user.id);
  return { user, by, change, stored };
}

/** Letters to a person that wait in the outbox, as kind and recipient. */
async function letters(userId: string) {
  const claimed = await here.storage.outboxQueue.claim(50, ['mail']);
  return claimed
    .filter(({ secret }) => secret?.userId === userId)
    .map(({ secret }) => ({ ...(secret?.letter as { kind: string; path?: string }), to: String(secret?.to) }));
}

test('a new address takes effect when its own mailbox says so, and the old one hears of it', async () => {
  const { user, by, change, stored } = await onProfilePage();
  const page = await change('new@example.com');
  expect(page.html).toContain('it takes effect then');
  expect(await stored()).toMatchObject({ email: user.email, emailVerified: true, firstName: 'Ada' });
  const [letter] = (await letters(user.id)).filter(({ kind }) => kind === 'verify_email');
  expect(letter?.to).toBe('new@example.com');

  const link = await by.open(`/realms/acme${letter?.path}`);
  expect((await by.submit(link, {})).html).toContain('is verified');
  expect(await stored()).toMatchObject({ email: 'new@example.com', emailVerified: true });
  const told = (await letters(user.id)).map(({ kind, to }) => [kind, to]);
  expect(told).toContainEqual(['email_changed', user.email]);
});

test('an address that is another person’s is answered like any other, and its link changes nothing', async () => {
  const { user, by, change, stored } = await onProfilePage();
  const other = await addUser(here.storage, realm, { username: `other-${number++}` });
  const page = await change(other.email ?? '');
  expect(page.html).toContain('it takes effect then');
  const [letter] = (await letters(user.id)).filter(({ kind }) => kind === 'verify_email');
  const link = await by.open(`/realms/acme${letter?.path}`);
  expect((await by.submit(link, {})).status).toBe(410);
  expect(await stored()).toMatchObject({ email: user.email });
});

test('only the newest link works, and no more than five are sent within an hour', async () => {
  const { user, by, change } = await onProfilePage();
  for (let count = 0; count < 5; count += 1) expect((await change(`a${count}@example.com`)).status).toBe(200);
  expect((await change('a5@example.com')).status).toBe(422);
  const paths = (await letters(user.id)).filter(({ kind }) => kind === 'verify_email').map(({ path }) => path);
  const statuses = await Promise.all(paths.map(async (path) => (await by.open(`/realms/acme${path}`)).status));
  expect(statuses.sort()).toEqual([200, 410, 410, 410, 410]);
});
