import type { Realm } from '@sparekey/realms';
import { type HostedProvider, type Page, startHostedProvider, Visitor } from '../testing/hosted.ts';
import { addClient, addRealm, addUser, openTestStorage, type TestStorage } from '../testing/storage.ts';

let here: TestStorage;
let provider: HostedProvider;
let realm: Realm;

beforeAll(async () => {
  here = await openTestStorage();
  provider = await startHostedProvider(here);
  realm = await addRealm(here.storage, 'acme');
  await addClient(here.storage, realm, { clientId: 'app', name: 'Payroll' });
  const password = await provider.engine.hash('the password of before');
  for (const [username, over] of [
    ['known', {}],
    ['disabled', { enabled: false }],
    ['locked', {}],
    ['mailless', { email: undefined }],
  ] as const) {
    const user = await addUser(here.storage, realm, { username, ...over });
    await here.storage.stores.passwords.set(realm.id, user.id, password);
    const limit = { failures: 1, firstWaitSeconds: 3600, maxWaitSeconds: 3600, hardStop: 10 };
    if (username === 'locked')
      await here.storage.attempts.begin({ realmId: realm.id, factor: 'password', subject: user.id }, limit);
  }
});
afterAll(async () => {
  await provider.close();
  await here.close();
});

const visitor = () => new Visitor(provider, 'acme');

async function forgotPage(by: Visitor): Promise<Page> {
  const page = await by.authorize('app');
  const [, path = ''] = /href="([^"]+\/forgot)"/.exec(page.html) ?? [];
  return by.open(path);
}

async function ask(login: string): Promise<Page> {
  const by = visitor();
  return by.submit(await forgotPage(by), { username: login });
}

/** What varies with every request, and not with whom it is about. */
const masked = ({ html, url }: Page) =>
  html
    .replaceAll(url.pathname, '/path')
    .replace(/name="csrf" value="[^"]*"/g, '')
    .replace(/(href="\?)[^"]*/g, '$1');

const varying = new Set(['date', 'x-request-id', 'set-cookie', 'content-length', 'keep-alive', 'etag']);

const queued = () =>
  here.storage.database.rows<{ kind: string; sealed: Buffer | null; payload: unknown }>({
    name: 'test_queued',
    text: `select kind, sealed, payload from outbox order by created_at, id`,
  });

test('known, unknown, disabled, locked people and those without an address get one answer, for no hash and the same rows (CVE-2026-4633)', async () => {
  const before = provider.engine.stats.evaluations;
  const pages: Page[] = [];
  for (const login of ['known', 'nobody-such', 'disabled', 'locked', 'mailless', 'KNOWN@example.com'])
    pages.push(await ask(login));
  expect(provider.engine.stats.evaluations).toBe(before);
  const [first] = pages;
  for (const page of pages) {
    expect(page.status).toBe(200);
    expect(masked(page)).toBe(first && masked(first));
    const headers = [...page.headers].filter(([name]) => !varying.has(name));
    expect(headers).toEqual([...(first?.headers ?? [])].filter(([name]) => !varying.has(name)));
  }
  const rows = await queued();
  expect(rows.map(({ kind, payload }) => [kind, payload])).toEqual(pages.map(() => ['password_reset_request', {}]));
  // What was typed is sealed: a name nobody has may be a password in the wrong field.
  for (const { sealed } of rows) expect(sealed?.toString('latin1')).not.toContain('known');
});

test('asking moves no sign-in: its page is the same as before, and there is no form for a password on the way (R6, CVE-2026-18963)', async () => {
  const by = visitor();
  const start = await by.authorize('app');
  const page = await forgotPage(by);
  const [, path = ''] = /href="([^"]+\/forgot)"/.exec(start.html) ?? [];
  const sent = await by.submit(await by.open(path), { username: 'known' });
  expect(sent.html).not.toContain('new_password');
  for (const action of ['try:password', 'try:backup_code', 'continue', 'later']) {
    const tried = await by.submit(page, { username: 'known', action, new_password: 'x', step: 'action' });
    expect(tried.html).not.toContain('name="new_password"');
  }
  expect((await by.open(start.url.pathname)).html).toContain('name="username"');
  const back = await by.submit(page, { action: 'cancel' });
  expect(`${back.url.pathname}/forgot`).toBe(page.url.pathname);
  expect(back.html).toContain('name="username"');
});

test('the page belongs to the browser that began the sign-in, and to its own form', async () => {
  const by = visitor();
  const page = await forgotPage(by);
  const stranger = await visitor().open(page.url.pathname);
  expect(stranger.status).not.toBe(200);
  expect((await by.submit(page, { username: 'known', csrf: 'x' })).status).toBe(403);
  expect((await by.submit(page, { username: '' })).status).toBe(422);
  expect((await by.submit(page, { username: 'x'.repeat(321) })).status).toBe(422);
  expect((await by.browser.request(page.url, { method: 'PUT' })).status).toBe(405);
});

test('of one network no more than thirty requests an hour are taken, whoever is named', async () => {
  const by = visitor();
  const page = await forgotPage(by);
  let status = 200;
  for (let count = 0; count < 40 && status === 200; count += 1)
    ({ status } = await by.submit(page, { username: `name-${count}` }));
  expect(status).toBe(429);
  expect((await by.submit(page, { username: 'known' })).status).toBe(429);
});

test('where no mail can be sent, nothing is offered that would not come', async () => {
  const mute = await startHostedProvider(here, { mail: false });
  try {
    const by = new Visitor(mute, 'acme');
    const page = await by.authorize('app');
    expect(page.html).not.toContain('/forgot');
    expect((await by.open(`${page.url.pathname}/forgot`)).status).toBe(404);
  } finally {
    await mute.close();
  }
});
