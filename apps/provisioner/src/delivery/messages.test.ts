import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Settings } from '@sparekey/config';
import { createLogger } from '@sparekey/http';
import { type Letter, mail, sms, smsNotice } from '@sparekey/messages';
import { defaultPolicy } from '@sparekey/policy';
import { type Realm, rotateWebhookSecret, type User } from '@sparekey/realms';
import { openStorage, type Storage } from '@sparekey/storage';
import { createTestDatabase, race, type TestDatabase } from '@sparekey/testing';
import { SMTPServer } from 'smtp-server';
import { Webhook } from 'standardwebhooks';
import { outboxJobs } from './jobs.ts';

let database: TestDatabase;
let storage: Storage;
let realm: Realm;
let ada: User;
let mailServer: SMTPServer;
let gateway: Server;

/** What the servers got, and what they answer. */
let mails: { to: string[]; source: string }[] = [];
let posts: { headers: Record<string, string | string[] | undefined>; body: string }[] = [];
let refuseRecipient: number | undefined;
let status = 200;

const signal = new AbortController().signal;
const whsec = `whsec_${randomBytes(32).toString('base64')}`;
const portOf = (server: { address(): AddressInfo | string | null }) => (server.address() as AddressInfo).port;

beforeAll(async () => {
  database = await createTestDatabase();
  storage = await openStorage({ databaseUrl: database.url, masterKey: randomBytes(32), poolSize: 4 });
  realm = await storage.stores.realms.create({
    name: 'acme',
    displayName: 'Acme & Sons',
    enabled: true,
    policy: defaultPolicy,
    attributes: {},
  });
  ada = await storage.stores.users.create({
    realmId: realm.id,
    username: 'ada',
    email: 'ada@example.com',
    emailVerified: true,
    phoneNumberVerified: false,
    enabled: true,
    attributes: {},
    requiredActions: [],
  });
  mailServer = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo(_address, _session, callback) {
      if (refuseRecipient === undefined) return callback();
      callback(Object.assign(new Error('nobody <ada@example.com> here'), { responseCode: refuseRecipient }));
    },
    onData(stream, { envelope }, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push({ to: envelope.rcptTo.map(({ address }) => address), source: Buffer.concat(chunks).toString() });
        callback();
      });
    },
  });
  await new Promise<void>((resolve) => mailServer.listen(0, '127.0.0.1', resolve));
  gateway = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      posts.push({ headers: request.headers, body });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
});

beforeEach(() => {
  mails = [];
  posts = [];
  refuseRecipient = undefined;
  status = 200;
});

afterAll(async () => {
  await new Promise<void>((resolve) => mailServer.close(resolve));
  await new Promise((resolve) => gateway.close(resolve));
  await storage.close();
  await database.drop();
});

type Wanted = Partial<Pick<Settings, 'mail' | 'sms' | 'webhook' | 'demo'>>;

/** One look of every worker, with these settings. */
async function deliver(wanted: Wanted = {}): Promise<string[]> {
  const outcomes: string[] = [];
  const smtpUrl = `smtp://127.0.0.1:${portOf(mailServer.server)}`;
  const { jobs, close } = outboxJobs({
    storage,
    logger: createLogger({ level: 'silent', name: 'test' }),
    metrics: { delivery: ({ kind, outcome }) => outcomes.push(`${kind} ${outcome}`) },
    settings: {
      url: 'https://login.example',
      outboundAllow: ['127.0.0.0/8'],
      mail: { smtpUrl, from: 'Acme <login@acme.example>' },
      sms: undefined,
      webhook: undefined,
      demo: false,
      ...wanted,
    },
  });
  for (const job of jobs) await job.run(signal);
  close();
  return outcomes;
}

const write = (letter: Letter, locale = 'en', goodUntil?: Date) =>
  storage.stores.outbox.add(
    mail({ realmId: realm.id, userId: ada.id, username: 'ada', email: 'ada@example.com', locale }, letter, goodUntil),
  );

/** Text and HTML of a mail, as a mail reader shows them. */
function partsOf(source: string): { subject: string; text: string; html: string; headers: string } {
  const headers = source.slice(0, source.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
  const part = (type: string) => {
    const at = source.indexOf(`Content-Type: ${type}`);
    const begin = source.indexOf('\r\n\r\n', at) + 4;
    const body = source.slice(begin, source.indexOf('\r\n----_', begin));
    return /base64/i.test(source.slice(at, begin))
      ? Buffer.from(body, 'base64').toString()
      : Buffer.from(
          body
            .replace(/=\r\n/g, '')
            .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
          'latin1',
        ).toString();
  };
  const subject = /^Subject: (.*)$/m.exec(headers)?.[1] ?? '';
  return { subject, text: part('text/plain'), html: part('text/html'), headers };
}

const outboxText = async () =>
  JSON.stringify(
    await storage.database.rows({ name: 'test_all', text: 'select to_jsonb(o)::text as row from outbox o' }),
  );

test('a queued code arrives by SMTP, as text and as HTML, and is gone from the outbox', async () => {
  await write({ kind: 'sign_in_code', code: '31415926', minutes: 10 });
  expect(await deliver()).toEqual(['mail delivered']);
  const [sent] = mails;
  expect(sent?.to).toEqual(['ada@example.com']);
  const { subject, text, html, headers } = partsOf(sent?.source ?? '');
  expect(subject).toContain('Your sign-in code for Acme & Sons');
  expect(subject).not.toContain('31415926');
  expect(text).toContain('31415926');
  expect(html).toContain('<code>31415926</code>');
  expect(html).toContain('Acme &amp; Sons');
  expect(headers).toMatch(/^From: Acme <login@acme\.example>$/m);
  expect(headers).toMatch(/^Auto-Submitted: auto-generated$/m);
  expect(await outboxText()).not.toContain('31415926');
});

test('every link begins with the configured URL, and nothing in a letter is loaded from anywhere', async () => {
  for (const locale of ['en', 'it']) {
    await write({ kind: 'password_changed', at: new Date().toISOString(), ip: '203.0.113.7' }, locale);
    await write({ kind: 'codes_low', left: 1 }, locale);
  }
  await deliver();
  expect(mails).toHaveLength(4);
  for (const { source } of mails) {
    const { text, html } = partsOf(source);
    for (const url of `${text} ${html}`.match(/https?:\/\/[^\s"<]+/g) ?? [])
      expect(url).toMatch(/^https:\/\/login\.example\/realms\/acme\//);
    expect(html).not.toMatch(/<(img|script|style|link)\b|\bsrc=|@import|url\(/);
  }
});

test('the "this wasn’t me" link of a letter is good, once, and letters without a veto carry none', async () => {
  await write({ kind: 'factor_added', factor: 'totp', label: 'Pixel 9', at: new Date().toISOString() });
  await write({ kind: 'codes_low', left: 3 });
  await deliver();
  const tokens = mails.map(({ source }) => /\/not-me\/([\w-]{43})/.exec(partsOf(source).text)?.[1]);
  const [token] = tokens.filter((each) => each !== undefined);
  expect(tokens.filter((each) => each === undefined)).toHaveLength(1);
  const { actionLinks } = storage.stores;
  expect(await actionLinks.consume(realm.id, token ?? '', 'this_wasnt_me')).toMatchObject({ userId: ada.id });
  expect(await actionLinks.consume(realm.id, token ?? '', 'this_wasnt_me')).toBeUndefined();
});

test('what people are called is neither markup nor another header', async () => {
  const username = 'ada"><a href="https://evil.example">x</a>\r\nBcc: eve@evil.example';
  await storage.stores.outbox.add(
    mail({ realmId: realm.id, userId: ada.id, username, email: 'ada@example.com' }, { kind: 'email_set' }),
  );
  await deliver();
  const { html, headers } = partsOf(mails[0]?.source ?? '');
  expect(html).not.toContain('<a href="https://evil');
  expect(headers).not.toMatch(/^Bcc/m);
  expect(mails[0]?.to).toEqual(['ada@example.com']);
});

test('a mail server that is down is tried again later; one that refuses the address for good is not', async () => {
  await write({ kind: 'email_set' });
  expect(await deliver({ mail: { smtpUrl: 'smtp://127.0.0.1:1', from: 'a@b.example' } })).toEqual(['mail failed']);
  await storage.database.count({
    name: 'test_due',
    text: 'update outbox set next_at = now() where delivered_at is null',
  });
  refuseRecipient = 550;
  expect(await deliver()).toEqual(['mail given_up']);
  const [told] = await storage.auditReader.list(realm.id, { type: 'message.given_up', limit: 1 });
  expect(told).toMatchObject({ reason: 'mail server: 550 at RCPT TO', detail: { kind: 'mail', letter: 'email_set' } });
  // What the server said repeats the address: neither outbox nor audit does.
  expect(await outboxText()).not.toContain('ada@example.com');
});

test('a code that is too late is not sent', async () => {
  await write({ kind: 'sign_in_code', code: '11112222', minutes: 10 }, 'en', new Date(Date.now() - 1));
  expect(await deliver()).toEqual(['mail not_needed']);
  expect(mails).toEqual([]);
});

test('without a mail server only a demo keeps what it cannot send, where it can be read', async () => {
  await write({ kind: 'email_set' });
  expect(await deliver({ mail: undefined })).toEqual(['mail given_up']);
  expect(await storage.demoOutbox.list(realm.id, 10)).toEqual([]);
  await write({ kind: 'sign_in_code', code: '87654321', minutes: 10 });
  expect(await deliver({ mail: undefined, demo: true })).toEqual(['mail delivered']);
  expect(await storage.demoOutbox.list(realm.id, 10)).toMatchObject([
    { kind: 'mail', recipient: 'ada@example.com', body: expect.stringContaining('87654321') },
  ]);
});

const text = () =>
  storage.stores.outbox.add(sms({ realmId: realm.id, userId: ada.id }, { to: '+390612345678', text: 'Hi' }));
const gatewayAt = (path: string) => `http://127.0.0.1:${portOf(gateway)}${path}`;

test('a text message goes to the gateway as a webhook whose signature the kept library verifies', async () => {
  await text();
  const settings = { gateway: 'webhook', url: gatewayAt('/sms'), secret: whsec, from: 'Acme' } as const;
  expect(await deliver({ sms: settings })).toEqual(['sms delivered']);
  const [post] = posts;
  const verified = new Webhook(whsec).verify(post?.body ?? '', post?.headers as Record<string, string>);
  expect(verified).toMatchObject({ type: 'sms', data: { to: '+390612345678', from: 'Acme', text: 'Hi' } });
  expect(() => new Webhook(whsec).verify(`${post?.body} `, post?.headers as Record<string, string>)).toThrow();
});

test('a notice by text message carries a link that stops it, and is left to the mail where nothing sends text', async () => {
  const to = { realmId: realm.id, userId: ada.id, username: 'ada', phone: '+390612345678' };
  const notice = smsNotice(to, { kind: 'pass_issued', at: new Date().toISOString() });
  await storage.stores.outbox.add(notice);
  const settings = { gateway: 'webhook', url: gatewayAt('/sms'), secret: whsec, from: 'Acme' } as const;
  expect(await deliver({ sms: settings })).toEqual(['sms delivered']);
  const { data } = JSON.parse(posts[0]?.body ?? '') as { data: { text: string } };
  expect(data.text).toMatch(
    /^An administrator let you back in at Acme & Sons\. This wasn’t me: https:\/\/login\.example\/realms\/acme\/not-me\/[\w-]{43}$/,
  );
  await storage.stores.outbox.add(notice);
  expect(await deliver()).toEqual(['sms not_needed']);
});

test('a webhook verifies neither at another moment nor under another id: nothing is played again as new', async () => {
  await text();
  await deliver({ sms: { gateway: 'webhook', url: gatewayAt('/sms'), secret: whsec, from: 'Acme' } });
  const [{ body, headers } = { body: '', headers: {} }] = posts;
  const kept = headers as Record<string, string>;
  const later = String(Number(kept['webhook-timestamp']) + 1);
  const changes: Record<string, string>[] = [{ 'webhook-timestamp': later }, { 'webhook-id': 'another' }];
  for (const change of changes) expect(() => new Webhook(whsec).verify(body, { ...kept, ...change })).toThrow();
});

test('a text message goes to Twilio as its API takes it; what it refuses is not repeated', async () => {
  await text();
  const settings = {
    gateway: 'twilio',
    url: gatewayAt('/Messages.json'),
    secret: 'token',
    account: 'AC1',
    from: '+1',
  } as const;
  await deliver({ sms: settings });
  expect(posts[0]?.headers.authorization).toBe(`Basic ${Buffer.from('AC1:token').toString('base64')}`);
  expect(Object.fromEntries(new URLSearchParams(posts[0]?.body))).toEqual({
    To: '+390612345678',
    From: '+1',
    Body: 'Hi',
  });
  await text();
  status = 400;
  expect(await deliver({ sms: settings })).toEqual(['sms given_up']);
});

test('a notice is posted, signed, to the operator’s endpoint, and to nobody without one', async () => {
  const event = { realmId: realm.id, actor: { kind: 'system' }, subject: ada.id, outcome: 'success' } as const;
  await storage.stores.audit.append({ ...event, type: 'password.changed' });
  expect(await deliver({ webhook: { url: gatewayAt('/hook'), secret: whsec } })).toEqual([
    'mail delivered',
    'webhook delivered',
  ]);
  expect(new Webhook(whsec).verify(posts[0]?.body ?? '', posts[0]?.headers as Record<string, string>)).toMatchObject({
    type: 'sparekey.password_changed',
    data: { userId: ada.id, event: 'password.changed' },
  });
  await storage.stores.audit.append({ ...event, type: 'password.changed' });
  expect(await deliver()).toEqual(['mail delivered', 'webhook not_needed']);
});

test('while a secret is replaced every webhook bears both signatures; then the new one alone, and the settings count no more', async () => {
  const master = await storage.stores.realms.create({
    name: 'master',
    enabled: true,
    policy: defaultPolicy,
    attributes: {},
  });
  const rotate = (overlapHours = 24) => {
    const rotation = { receiver: 'sms', configured: whsec, overlapHours, operator: 'olga' } as const;
    return storage.transaction((stores) => rotateWebhookSecret(stores, master, rotation, randomBytes));
  };
  const verifiedBy = async (...secrets: string[]) => {
    await text();
    await deliver({ sms: { gateway: 'webhook', url: gatewayAt('/sms'), secret: whsec, from: 'Acme' } });
    const { body = '', headers = {} } = posts.at(-1) ?? {};
    const signatures = String(headers['webhook-signature']).split(' ').length;
    const accepted = secrets.filter((secret) => {
      try {
        return new Webhook(secret).verify(body, headers as Record<string, string>);
      } catch {
        return false;
      }
    });
    return { signatures, accepted };
  };
  const raced = await race(4, () => rotate());
  const [first] = raced.fulfilled;
  expect([raced.fulfilled.length, raced.rejected.length]).toEqual([1, 3]);
  const { secret: next = '' } = first ?? {};
  expect(await verifiedBy(whsec, next)).toEqual({ signatures: 2, accepted: [whsec, next] });
  await expect(rotate()).rejects.toMatchObject({ code: 'conflict' });
  await storage.database.count({
    name: 'test_overlap_over',
    text: 'update webhook_secret set ends_at = now() where ends_at is not null',
  });
  expect(await verifiedBy(whsec, next)).toEqual({ signatures: 1, accepted: [next] });
  expect(await storage.housekeeping.sweepWebhookSecrets(10)).toBe(1);
  const { secret: last } = await rotate();
  expect(await verifiedBy(next, last)).toEqual({ signatures: 2, accepted: [next, last] });
  const { secret: sudden } = await rotate(0);
  expect(await verifiedBy(next, last, sudden)).toEqual({ signatures: 1, accepted: [sudden] });

  const stored = await storage.database.rows<{ row: string }>({
    name: 'test_secrets_stored',
    text: 'select to_jsonb(s)::text || to_jsonb(a)::text as row from webhook_secret s, audit_event a',
  });
  const rows = JSON.stringify(stored);
  for (const secret of [whsec, next, last, sudden]) expect(rows).not.toContain(secret.slice('whsec_'.length));
  const told = await storage.auditReader.list(master.id, { type: 'webhook_secret.rotated', limit: 9 });
  expect(told).toHaveLength(3);
  expect(told[0]?.detail).toEqual({ receiver: 'sms', id: expect.any(String), beforeEndsAt: expect.any(String) });
});
