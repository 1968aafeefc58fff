import type { Realm } from '@sparekey/realms';
import { type HostedProvider, startHostedProvider, Visitor } from '../testing/hosted.ts';
import { addClient, addRealm, addUser, openTestStorage, type TestStorage } from '../testing/storage.ts';

let here: TestStorage;
let provider: HostedProvider;
let realm: Realm;
let number = 0;

beforeAll(async () => {
  here = await openTestStorage();
  provider = await startHostedProvider(here);
  realm = await addRealm(here.storage, 'acme');
  await addClient(here.storage, realm, { clientId: 'wiki', name: 'Wiki', consentRequired: true });
});
afterAll(async () => {
  await provider.close();
  await here.close();
});

const PASSWORD = 'the password of before';
const ACCOUNT = '/realms/acme/account';

async function atHome() {
  const person = await addUser(here.storage, realm, { username: `person-${number++}` });
  await here.storage.stores.passwords.set(realm.id, person.id, await provider.engine.hash(PASSWORD));
  const by = new Visitor(provider, 'acme');
  await by.submit(await by.open(ACCOUNT), { username: person.username, password: PASSWORD });
  return { person, by, text: async (path = '') => textOf((await by.open(ACCOUNT + path)).html) };
}

const textOf = (html: string) =>
  html
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

test('a wrong password that somebody enters elsewhere is seen in the activity, with a way to shut them out', async () => {
  const { person, by, text } = await atHome();
  const stranger = new Visitor(provider, 'acme');
  await stranger.submit(await stranger.open(ACCOUNT), { username: person.username, password: 'a guess' });
  expect(await text()).toMatch(/Recent activity .*Wrong password/);
  const page = await by.open(`${ACCOUNT}/activity`);
  expect(textOf(page.html)).toMatch(/Wrong password .*127\.0\.0\.••• .*Signed in/);
  expect(page.html).toContain(`href="${ACCOUNT}/password"`);

  const second = new Visitor(provider, 'acme');
  await second.submit(await second.open(ACCOUNT), { username: person.username, password: PASSWORD });
  const after = await by.submit({ ...page, url: new URL(`${ACCOUNT}/sessions`, page.url) }, { action: 'end:others' });
  expect(textOf(after.html)).toContain('All other devices are signed out.');
  expect((await second.open(ACCOUNT)).html).toContain('name="password"');
});

test('an application is let go on its page, once', async () => {
  const { by, text } = await atHome();
  await by.submit(await by.authorize('wiki', { scope: 'openid email' }), { action: 'allow' });
  expect(await text()).toMatch(/Connected applications .*Wiki/);
  const page = await by.open(`${ACCOUNT}/applications`);
  expect(textOf(page.html)).toContain('May: know who you are, see your email address');
  expect(textOf((await by.submit(page, { action: 'disconnect:wiki' })).html)).toMatch(
    /The application is disconnected\. .*No application is connected\./,
  );
  expect(textOf((await by.submit(page, { action: 'disconnect:wiki' })).html)).not.toContain('is disconnected.');
});

test.each([
  ['POST', '/activity', {}, 405],
  ['POST', '/backup-codes/used', {}, 405],
  ['GET', '/sessions', {}, 405],
  ['GET', '/activity?before=yesterday', {}, 400],
  ['GET', '/activity?before=1.2&before=3.4', {}, 400],
  ['POST', '/applications', { csrf: 'another', action: 'disconnect:wiki' }, 403],
] as const)('%s %s is refused', async (method, path, form, status) => {
  const { by } = await atHome();
  const body = method === 'POST' ? new URLSearchParams(form) : null;
  const response = await by.browser.request(new URL(ACCOUNT + path, provider.origin), { method, body });
  expect(response.status).toBe(status);
});

test('who has no backup codes is led to make some, not to an empty page', async () => {
  const { by } = await atHome();
  const page = await by.open(`${ACCOUNT}/backup-codes/used`);
  expect(page.url.pathname).not.toMatch(/used$/);
});

test('where text messages are not used the page of the number says so, and takes none', async () => {
  const { by } = await atHome();
  let page = await by.open(`${ACCOUNT}/phone`);
  if (page.html.includes('name="password"')) page = await by.submit(page, { password: PASSWORD });
  expect(textOf(page.html)).toContain('Text messages are not used here.');
  const refused = await by.submit(page, { phone_number: '+393331234567' });
  expect(refused.status).toBe(403);
});
