import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { MailSecret } from '@sparekey/messages';
import { ADMIN_ROLE, bootstrap, closeBreakGlass, type Realm, type User } from '@sparekey/realms';
import { openStorage, type Storage } from '@sparekey/storage';
import { compiledPrograms, createTestDatabase, type TestDatabase } from '@sparekey/testing';
import { type HostedProvider, type Page, startHostedProvider, Visitor } from '../../src/testing/hosted.ts';
import { addClient, addUser } from '../../src/testing/storage.ts';
import { totpCode } from '../../src/testing/totp-code.ts';

// zitadel#7059: every administrator locked out, and no way back in. Here the command line, the provider and the database
// are the product's own.

const CLI = join(import.meta.dirname, '../../../../tools/sparekey/main.ts');
const PASSWORD = 'the password of before';
const NEW = 'tr7 plinth ocarina';
const masterKey = randomBytes(32);

let database: TestDatabase;
let storage: Storage;
let provider: HostedProvider;
let realm: Realm;
/** Sealed, one for each way in that a test opens. */
let codes: string[];

beforeAll(async () => {
  database = await createTestDatabase();
  storage = await openStorage({ databaseUrl: database.url, masterKey, poolSize: 4 });
  provider = await startHostedProvider({ storage });
  const phc = await provider.engine.hash(PASSWORD);
  ({ realm } = await bootstrap((work) => storage.transaction(work), { administrator: { username: 'root', phc } }));
  await addClient(storage, realm, { clientId: 'app' });
  const generated = await sparekey(['break-glass', 'generate', '--operator', 'Ola', '--count', '3', '--json']);
  ({ codes } = JSON.parse(generated.out) as { codes: string[] });
});

afterAll(async () => {
  await provider.close();
  await storage.close();
  await database.drop();
});

/** Runs the command line on the host, with what is typed. */
function sparekey(args: string[], typed = ''): Promise<{ code: number; out: string; err: string }> {
  const { PATH = '', HOME = '' } = process.env;
  const given = { DATABASE_URL: database.url, SPAREKEY_MASTER_KEY: masterKey.toString('base64') };
  const env = { PATH, HOME, NODE_COMPILE_CACHE: compiledPrograms, ...given };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [CLI, ...args], { env }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
    child.stdin?.end(`${typed}\n`);
  });
}

const why = ['--operator', 'Ola', '--reason', 'nobody can get in'];
const codeOf = (page: Page) => page.url.searchParams.get('code');

async function administrator(over: Partial<User> & { username: string }): Promise<User> {
  const user = await addUser(storage, realm, over);
  const role = (await storage.stores.roles.list(realm.id)).find(({ name }) => name === ADMIN_ROLE);
  if (role === undefined) throw new Error('master has the role of administrators');
  await storage.stores.users.grantRole(realm.id, user.id, role.id);
  await storage.stores.passwords.set(realm.id, user.id, await provider.engine.hash(PASSWORD));
  return user;
}

/** Everything that can keep somebody out at once. */
async function lockOut(user: User): Promise<void> {
  await storage.stores.users.update({ ...user, enabled: false });
  await storage.stores.recoveryFreezes.freeze(realm.id, user.id, new Date(Date.now() + 86_400_000));
  await storage.stores.totp.add(realm.id, user.id, {
    label: 'a phone at the bottom of the sea',
    secret: randomBytes(20),
    algorithm: 'sha1',
    digits: 6,
    periodSeconds: 30,
    lastStep: 0,
    driftSteps: 0,
    confirmedAt: new Date(),
  });
  const limit = { failures: 1, firstWaitSeconds: 3600, maxWaitSeconds: 3600, hardStop: 1 };
  for (const factor of ['password', 'totp', 'backup_code'] as const) {
    await storage.attempts.begin({ realmId: realm.id, factor, subject: user.id }, limit);
  }
}

async function letters(): Promise<{ to: string; kind: string }[]> {
  const messages = await storage.outboxQueue.claim(100, ['mail']);
  return messages
    .map(({ secret }) => secret as unknown as MailSecret)
    .map(({ to, letter }) => ({ to, kind: letter.kind }));
}

/** From the pass to the application: which device is lost, a new one, a new password. */
async function signInWithPass(username: string, pass: string): Promise<{ page: Page; secret: string }> {
  const by = new Visitor(provider, 'master');
  let page = await by.submit(await by.authorize('app'), { username, password: pass });
  expect(page.html).not.toContain('value="later"');
  if (!page.html.includes('data-secret')) page = await by.submit(page, {});
  const secret = /data-secret="([A-Z2-7]+)"/.exec(page.html)?.[1] ?? '';
  page = await by.submit(page, { otp: totpCode(secret), label: 'A new phone' });
  if (page.html.includes('data-backup-code')) {
    const [, code = ''] = /data-backup-code[^>]*>([^<]+)</.exec(page.html) ?? [];
    page = await by.submit(page, { confirm_code: code });
  }
  expect(page.html).toContain('name="new_password"');
  page = await by.submit(page, { new_password: NEW, new_password_again: NEW });
  return { page, secret };
}

test('zitadel#7059: with every administrator locked out a sealed code lets one in, once, and all hear of it', async () => {
  const ann = await administrator({ username: 'ann' });
  const ben = await administrator({ username: 'ben' });
  const root = await storage.stores.users.byLogin(realm.id, 'root');
  for (const each of [ann, ben, root]) if (each !== undefined) await lockOut(each);
  const barred = new Visitor(provider, 'master');
  const refused = await barred.submit(await barred.authorize('app'), { username: 'ben', password: PASSWORD });
  expect(refused.status).toBe(429);

  const opened = await sparekey(['break-glass', 'open', 'BEN@example.com', ...why, '--json'], codes[0]?.toLowerCase());
  expect([opened.code, opened.err]).toEqual([0, expect.stringContaining('Sealed codes left: 2')]);
  const { pass, opening } = JSON.parse(opened.out) as { pass: string; opening: string };
  expect(await letters()).toEqual(
    expect.arrayContaining([
      { to: 'ann@example.com', kind: 'break_glass_opened' },
      { to: 'ben@example.com', kind: 'break_glass_opened' },
    ]),
  );

  const { page, secret } = await signInWithPass('ben', pass);
  expect(codeOf(page)).not.toBeNull();
  const [completed] = await storage.database.rows<{ detail: { acr: string } }>({
    name: 'test_completed',
    text: `select detail from audit_event where type = 'sign_in.completed' and subject_id = $1`,
    values: [ben.id],
  });
  expect(completed?.detail.acr).toBe('urn:sparekey:acr:mfa');

  // Neither the pass nor the code works again; what was set up does.
  const again = new Visitor(provider, 'master');
  expect((await again.submit(await again.authorize('app'), { username: 'ben', password: pass })).status).toBe(422);
  const spent = await sparekey(['break-glass', 'open', 'ann', ...why], codes[0]);
  expect([spent.code, spent.out]).toEqual([1, '']);
  const usual = new Visitor(provider, 'master');
  const asked = await usual.submit(await usual.authorize('app'), { username: 'ben', password: NEW });
  expect(codeOf(await usual.submit(asked, { otp: totpCode(secret, Date.now() + 30_000) }))).not.toBeNull();

  const listed = await sparekey(['break-glass', 'list', '--json']);
  expect(listed.err).toMatch(/^ATTENTION: break glass is open: .* by ola$/m);
  expect(JSON.parse(listed.out)).toMatchObject({
    sealed: [{ realm: 'master', codes: 3, left: 2, createdBy: 'ola' }],
    open: [{ opening, realm: 'master', user: 'ben', openedBy: 'ola', usedAt: expect.any(String) }],
  });
  expect((await sparekey(['break-glass', 'close', opening, '--operator', 'ola'])).out).toBe(
    'Closed; the pass was used.\n',
  );
  expect(await storage.stores.breakGlass.openings()).toEqual([]);
});

test('an account made for the emergency signs in, and is disabled with its sessions when it is closed', async () => {
  const opened = await sparekey(['break-glass', 'open', 'emergency', '--new', ...why, '--json'], codes[1]);
  const { pass, opening } = JSON.parse(opened.out) as { pass: string; opening: string };
  const { page } = await signInWithPass('emergency', pass);
  expect(codeOf(page)).not.toBeNull();
  const made = await storage.stores.users.byLogin(realm.id, 'emergency');
  if (made === undefined) throw new Error('the account was made');
  expect(await storage.stores.sessions.list(realm.id, made.id)).toHaveLength(1);
  await closeBreakGlass(storage, { realm, opening, operator: 'ola' });
  expect(await storage.stores.sessions.list(realm.id, made.id)).toHaveLength(0);
  expect(await storage.stores.users.byLogin(realm.id, 'emergency')).toMatchObject({ enabled: false });
});

test('a closed opening leaves a pass that opens nothing, and nobody can tell', async () => {
  const opened = await sparekey(['break-glass', 'open', 'root', ...why, '--json'], codes[2]);
  const { pass, opening } = JSON.parse(opened.out) as { pass: string; opening: string };
  await closeBreakGlass(storage, { realm, opening, operator: 'ola' });
  const by = new Visitor(provider, 'master');
  const start = await by.authorize('app');
  const closed = await by.submit(start, { username: 'root', password: pass });
  const wrong = await by.submit(start, { username: 'root', password: 'AAAA-BBBB' });
  const masked = (page: Page) => page.html.replace(/&quot;challenge&quot;:&quot;[^&]*/g, '');
  expect([closed.status, masked(closed)]).toEqual([wrong.status, masked(wrong)]);
});
