import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { BackupCodeSetId } from '@sparekey/contracts';
import { createHashEngine, createRecoveryPasses } from '@sparekey/factors';
import type { PolicyInput } from '@sparekey/policy';
import type { Realm, User } from '@sparekey/realms';
import { openStorage, type Storage } from '@sparekey/storage';
import {
  createTestDatabase,
  freePort,
  type Mailbox,
  openMailbox,
  startProcess,
  type TestDatabase,
} from '@sparekey/testing';
import { TestBrowser } from '../testing/browser.ts';
import { addClient, addRealm, addUser, CALLBACK } from '../testing/storage.ts';

// Provider, provisioner and mail server as in a deployment: what is proven here is what people get.

const apps = join(import.meta.dirname, '../../..');
const masterKey = randomBytes(32);
const PASSWORD = 'correct horse battery';
const VERIFIER = 'v'.repeat(43);

let database: TestDatabase;
let storage: Storage;
let mailbox: Mailbox;
let running: Awaited<ReturnType<typeof startProcess>>[];
let url: string;
let phc: string;

beforeAll(async () => {
  database = await createTestDatabase();
  storage = await openStorage({ databaseUrl: database.url, masterKey, poolSize: 3 });
  mailbox = await openMailbox();
  const port = await freePort();
  url = `http://localhost:${port}`;
  phc = await createHashEngine({ random: randomBytes }).hash(PASSWORD);
  running = [];
  for (const app of ['provider', 'provisioner']) {
    const management = String(await freePort());
    running.push(
      await startProcess({
        entry: join(apps, app, 'src/main.ts'),
        env: {
          DATABASE_URL: database.url,
          SPAREKEY_MASTER_KEY: masterKey.toString('base64url'),
          SPAREKEY_PORT: String(port),
          SPAREKEY_MANAGEMENT_PORT: management,
          SPAREKEY_LISTEN_ADDRESS: '127.0.0.1',
          SPAREKEY_SMTP_URL: mailbox.smtpUrl,
          SPAREKEY_LOG_LEVEL: 'trace',
          // A demo, too, shows no messages once there is a mail server.
          SPAREKEY_DEMO: '1',
        },
        readyUrl: `http://127.0.0.1:${management}/health/ready`,
      }),
    );
  }
}, 60_000);

afterAll(async () => {
  for (const program of running) await program.stop();
  await mailbox.close();
  await storage.close();
  await database.drop();
});

let realms = 0;

/** A realm of its own for a test, with a person who has a password and a verified address. */
async function realmWith(policy: PolicyInput = { secondFactor: { allowed: ['totp', 'email'] } }) {
  realms += 1;
  const realm = await addRealm(storage, `acme-${realms}`, { backupCodes: { required: 'never' }, ...policy });
  await addClient(storage, realm, { clientId: 'app' });
  const ada = await addUser(storage, realm, { username: 'ada', email: `ada-${realms}@example.com` });
  await storage.stores.passwords.set(realm.id, ada.id, phc);
  return { realm, ada, email: ada.email ?? '' };
}

/** A browser at one sign-in: fills in the form that is shown, and tells what comes. */
class Visit {
  readonly browser = new TestBrowser();
  page = '';
  status = 0;
  address = new URL(url);

  async begin(realm: Realm): Promise<this> {
    const query = new URLSearchParams({
      client_id: 'app',
      response_type: 'code',
      scope: 'openid',
      redirect_uri: CALLBACK,
      code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
      code_challenge_method: 'S256',
    });
    return this.open(`${url}/realms/${realm.name}/protocol/openid-connect/auth?${query}`);
  }

  async open(address: string | URL, headers: Record<string, string> = {}): Promise<this> {
    let current = new URL(address);
    for (let hop = 0; hop < 10; hop += 1) {
      const response = await this.browser.request(current, { headers });
      const location = response.headers.get('location');
      this.status = response.status;
      this.page = await response.text();
      this.address = current;
      if (location === null) return this;
      current = new URL(location, current);
      this.address = current;
      if (current.origin !== url) return this;
    }
    throw new Error('redirected in a circle');
  }

  async send(fields: Record<string, string>, headers: Record<string, string> = {}): Promise<this> {
    const hidden = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(this.page)?.[1] ?? '';
    const body = new URLSearchParams({ csrf: hidden('csrf'), step: hidden('step'), action: 'continue', ...fields });
    const response = await this.browser.request(this.address, { method: 'POST', body, headers });
    const location = response.headers.get('location');
    this.status = response.status;
    this.page = await response.text();
    return location === null ? this : this.open(new URL(location, this.address), headers);
  }

  get arrived(): boolean {
    return this.address.href.startsWith(`${CALLBACK}?`) && this.address.searchParams.has('code');
  }
}

const codeIn = (text: string) => /^\d{8}$/m.exec(text)?.[0] ?? '';

/** A page without what differs from one visit to the next. */
const masked = (page: string) =>
  page.replace(/name="csrf" value="[^"]*"/g, '').replace(/(value=|<strong>)"?(ada|nobody|grace)[^<"]*/g, '$1');

test('a person signs in with a code that comes by mail within a second or two, and it works once', async () => {
  const { realm, email } = await realmWith();
  const visit = await new Visit().begin(realm);
  await visit.send({ username: 'ada', password: PASSWORD });
  expect(visit.page).toContain('name="email_code"');
  expect(visit.page).toContain(`a•••@example.com`);
  expect(visit.page).not.toContain(email);
  const asked = performance.now();
  const mail = await mailbox.next(email);
  expect(performance.now() - asked).toBeLessThan(5_000);
  const code = codeIn(mail.text);
  await visit.send({ email_code: code });
  expect(visit.arrived).toBe(true);

  const second = await new Visit().begin(realm);
  await second.send({ username: 'ada', password: PASSWORD });
  await second.send({ email_code: code });
  expect(second.status).toBe(422);
});

test('a page that is loaded again sends nothing; a new code ends the old one and forgives no failure', async () => {
  const { realm, ada, email } = await realmWith();
  const visit = await new Visit().begin(realm);
  await visit.send({ username: 'ada', password: PASSWORD });
  const { address } = visit;
  await visit.open(address);
  await visit.open(address);
  const old = codeIn((await mailbox.next(email)).text);
  const wrong = old === '00000000' ? '00000001' : '00000000';
  await visit.send({ email_code: wrong });
  await visit.send({ action: 'resend' });
  expect(visit.page).toContain('A new code is on its way');
  const fresh = codeIn((await mailbox.next(email)).text);
  await visit.send({ email_code: old });
  expect(visit.status).toBe(422);
  const [counter] = await storage.database.rows<{ failures: number }>({
    name: 'test_failures',
    text: `select failures from attempt_counter where factor = 'email' and subject = $1`,
    values: [ada.id],
  });
  expect(counter).toEqual({ failures: 2 });
  await visit.send({ email_code: fresh });
  expect(visit.arrived).toBe(true);
  expect(mailbox.received.filter(({ to, subject }) => to === email && subject.includes('code'))).toHaveLength(2);
});

test('after five wrong codes everything proven is void, in this sign-in and with any new code (H19)', async () => {
  const { realm } = await realmWith();
  const visit = await new Visit().begin(realm);
  await visit.send({ username: 'ada', password: PASSWORD });
  for (let n = 0; n < 5; n += 1) await visit.send({ email_code: '00000000' });
  expect(visit.status).toBe(429);
  await visit.open(visit.address);
  expect(visit.page).toContain('name="username"');
  await visit.send({ username: 'ada', password: PASSWORD });
  await visit.send({ email_code: '00000000' });
  expect(visit.status).toBe(429);
});

test('no more codes than the realm allows are sent, and the last one stays good', async () => {
  const allowed = { secondFactor: { allowed: ['email' as const] }, messages: { mailsPerHour: 2 } };
  const { realm, email } = await realmWith(allowed);
  const visit = await new Visit().begin(realm);
  await visit.send({ username: 'ada', password: PASSWORD });
  await mailbox.next(email);
  await visit.send({ action: 'resend' });
  await visit.send({ action: 'resend' });
  expect(visit.status).toBe(429);
  expect(visit.page).toContain('Enough codes were sent');
  await visit.send({ email_code: codeIn((await mailbox.next(email)).text) });
  expect(visit.arrived).toBe(true);
});

test('an unverified address, and a realm that does not allow it, make no factor', async () => {
  const { realm } = await realmWith();
  const bob = await addUser(storage, realm, { username: 'bob', email: 'bob@example.com', emailVerified: false });
  await storage.stores.passwords.set(realm.id, bob.id, phc);
  const visit = await new Visit().begin(realm);
  await visit.send({ username: 'bob', password: PASSWORD });
  expect(visit.arrived).toBe(true);
  const plain = await realmWith({});
  const other = await new Visit().begin(plain.realm);
  await other.send({ username: 'ada', password: PASSWORD });
  expect(other.arrived).toBe(true);
});

async function withoutPassword(realm: Realm): Promise<User> {
  const grace = await addUser(storage, realm, { username: 'grace', email: `grace-${realms}@example.com` });
  const secret = randomBytes(20);
  await storage.stores.totp.add(realm.id, grace.id, {
    secret,
    label: 'Phone',
    algorithm: 'sha1',
    digits: 6,
    periodSeconds: 30,
    lastStep: 0,
    driftSteps: 0,
    confirmedAt: new Date(),
  });
  return grace;
}

test('who has no password opens a sign-in by mail, and is then asked for the second factor (H28)', async () => {
  const { realm } = await realmWith({ secondFactor: { allowed: ['totp', 'webauthn', 'email'] } });
  const grace = await withoutPassword(realm);
  const visit = await new Visit().begin(realm);
  expect(visit.page).toContain('value="try:email"');
  await visit.send({ username: 'grace', action: 'try:email' });
  expect(visit.page).not.toContain('example.com');
  await visit.send({ email_code: codeIn((await mailbox.next(grace.email ?? '')).text) });
  expect(visit.page).toContain('name="otp"');
});

test('unknown people, and those with a password, see the page of those who get a mail, and the same answers', async () => {
  const { realm, email } = await realmWith({ secondFactor: { allowed: ['totp', 'webauthn', 'email'] } });
  await withoutPassword(realm);
  const seen: [number, string][][] = [];
  for (const username of ['grace', 'ada', 'nobody']) {
    const visit = await new Visit().begin(realm);
    const steps: [number, string][] = [];
    for (const fields of [
      { username, action: 'try:email' },
      { email_code: '1234' },
      { email_code: '00000000' },
      { action: 'resend' },
    ] as Record<string, string>[]) {
      await visit.send(fields);
      steps.push([visit.status, masked(visit.page)]);
    }
    seen.push(steps);
  }
  expect(seen[1]).toEqual(seen[0]);
  expect(seen[2]).toEqual(seen[0]);
  expect(mailbox.received.filter(({ to, subject }) => to === email && subject.includes('code'))).toEqual([]);
});

/** Signs in, then causes a notice with a veto. */
async function noticeOf(headers: Record<string, string> = {}) {
  const { realm, ada, email } = await realmWith({});
  const visit = await new Visit().begin(realm);
  await visit.send({ username: 'ada', password: PASSWORD }, headers);
  expect(visit.arrived).toBe(true);
  const event = {
    realmId: realm.id,
    actor: { kind: 'user', id: ada.id },
    subject: ada.id,
    outcome: 'success',
  } as const;
  await storage.stores.audit.append({ ...event, type: 'password.changed' });
  const { text } = await mailbox.next(email);
  return { realm, ada, email, text, link: /^(http\S+\/not-me\/\S+)$/m.exec(text)?.[1] ?? '' };
}

test('the link of a notice protects the account once it is confirmed, and opening it does nothing', async () => {
  const { realm, ada, email, link } = await noticeOf();
  const { sessions, recoveryFreezes, users } = storage.stores;
  const scanner = new Visit();
  for (let n = 0; n < 3; n += 1) await scanner.open(link);
  expect(scanner.status).toBe(200);
  expect(await sessions.list(realm.id, ada.id)).toHaveLength(1);
  expect(await recoveryFreezes.frozenUntil(realm.id, ada.id)).toBeUndefined();

  const visit = await new Visit().open(link);
  await visit.send({});
  expect(visit.page).toContain('Your account is protected');
  expect(await sessions.list(realm.id, ada.id)).toEqual([]);
  expect((await recoveryFreezes.frozenUntil(realm.id, ada.id))?.getTime()).toBeGreaterThan(Date.now() + 6 * 86_400_000);
  expect((await users.byId(realm.id, ada.id))?.requiredActions).toContain('UPDATE_PASSWORD');
  expect((await mailbox.next(email)).subject).toContain('is protected');
  expect((await new Visit().open(link)).status).toBe(404);
});

test('of 10 that confirm one link at once exactly one does, and a form without its token does nothing', async () => {
  const { link } = await noticeOf();
  expect(
    (await new TestBrowser().request(link, { method: 'POST', body: new URLSearchParams({ csrf: 'x' }) })).status,
  ).toBe(403);
  const visits = await Promise.all(Array.from({ length: 10 }, () => new Visit().open(link)));
  await Promise.all(visits.map((visit) => visit.send({})));
  expect(visits.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(404)]);
});

test('while recovery is frozen no backup code is taken, none is lost, and a pass that was issued since counts', async () => {
  const { realm } = await realmWith({});
  const person = await withoutPassword(realm);
  await storage.stores.passwords.set(realm.id, person.id, phc);
  const set = {
    id: randomUUID() as BackupCodeSetId,
    realmId: realm.id,
    userId: person.id,
    scheme: { version: 1, memoryKib: 19_456, iterations: 2, parallelism: 1, pepperId: 'none' },
    salt: randomBytes(16),
    codeLength: 8,
    groupLength: 4,
    selection: 'any' as const,
    expiresAt: new Date(Date.now() + 86_400_000),
    verifiers: Array.from({ length: 10 }, () => randomBytes(32)),
  };
  const { backupCodes, recoveryFreezes } = storage.stores;
  await backupCodes.confirm(realm.id, person.id, await backupCodes.addPending(set));
  await recoveryFreezes.freeze(realm.id, person.id, new Date(Date.now() + 86_400_000));
  const visit = await new Visit().begin(realm);
  await visit.send({ username: 'grace', password: PASSWORD });
  await visit.send({ action: 'try:backup_code' });
  await visit.send({ backup_code: 'K7M2-P9X4' });
  expect([visit.status, visit.page.includes('Recovery is frozen')]).toEqual([403, true]);
  expect((await backupCodes.active(realm.id, person.id))?.left).toBe(10);

  // Nobody is locked out meanwhile: an administrator who knows of it can still let the person in.
  const passes = createRecoveryPasses({ key: storage.keyring.deriveKey('recovery-pass'), random: randomBytes });
  const { code, digest } = passes.make(realm.id, person.id);
  const pass = { realmId: realm.id, userId: person.id, digest, operator: 'olga', needsApproval: false, minutes: 15 };
  await storage.stores.recoveryPasses.issue(pass);
  await visit.send({ backup_code: code });
  expect([visit.status, visit.page.includes('Recovery is frozen'), visit.page.includes('wait')]).toEqual([
    200,
    false,
    false,
  ]);
});

test('a forged host makes no link lead elsewhere (R13)', async () => {
  const forged = {
    'x-forwarded-host': 'evil.example',
    forwarded: 'host=evil.example',
    'x-original-host': 'evil.example',
  };
  const { text, realm } = await noticeOf(forged);
  expect(text).not.toContain('evil.example');
  for (const link of text.match(/https?:\/\/\S+/g) ?? [])
    expect(link.startsWith(`${url}/realms/${realm.name}/`)).toBe(true);
});

test('the messages of a deployment with a mail server can be read by nobody', async () => {
  const { realm } = await realmWith();
  expect((await new Visit().open(`${url}/realms/${realm.name}/demo-outbox`)).status).toBe(404);
});

test('no code or link token is in a log, an audit event or a readable column', async () => {
  const told = mailbox.received.map(({ text }) => text);
  const secrets = told
    .flatMap((text) => [codeIn(text), /\/not-me\/(\S+)/.exec(text)?.[1] ?? ''])
    .filter((s) => s !== '');
  expect(secrets.length).toBeGreaterThan(5);
  const rows = await storage.database.rows<{ row: string }>({
    name: 'test_canary',
    text: `select to_jsonb(o)::text as row from outbox o union all select to_jsonb(e)::text from audit_event e
           union all select to_jsonb(c)::text from sent_code c union all select to_jsonb(s)::text from sign_in s
           union all select to_jsonb(l)::text from action_link l union all select to_jsonb(n)::text from send_counter n`,
  });
  const everything = [...rows.map(({ row }) => row), ...running.map((program) => program.output())].join('\n');
  for (const secret of secrets) expect(everything).not.toContain(secret);
});
