import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLogger } from '@sparekey/http';
import { defaultPolicy } from '@sparekey/policy';
import { type Client, createSigningKey, ensureSigningKeys, type Realm, signingAlgs } from '@sparekey/realms';
import { openStorage, type Storage } from '@sparekey/storage';
import { createTestDatabase, type TestDatabase } from '@sparekey/testing';
import { createLocalJWKSet, type JWK, jwtVerify } from 'jose';
import { deliverLogout } from './backchannel-logout.ts';
import { drainOutbox, type OutboxWorkerParts } from './outbox-worker.ts';

let database: TestDatabase;
let storage: Storage;
let realm: Realm;
let receiver: Server;
let address: string;

/** What the receiver got, and what it answers. */
let received: { body: string; type: string | undefined; method: string | undefined }[] = [];
let answer: { status: number; headers?: Record<string, string> } = { status: 200 };

const publicUrl = 'https://login.example';
const signal = new AbortController().signal;
const masterKey = randomBytes(32);

beforeAll(async () => {
  database = await createTestDatabase();
  storage = await openStorage({ databaseUrl: database.url, masterKey, poolSize: 4 });
  realm = await storage.stores.realms.create({ name: 'acme', enabled: true, policy: defaultPolicy, attributes: {} });
  await ensureSigningKeys(storage.stores, realm.id, signingAlgs, { kind: 'system' });
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      received.push({ body, type: request.headers['content-type'], method: request.method });
      response.writeHead(answer.status, answer.headers).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/logout`;
});

beforeEach(() => {
  received = [];
  answer = { status: 200 };
});

afterAll(async () => {
  await new Promise((resolve) => receiver.close(resolve));
  await storage.close();
  await database.drop();
});

function addClient(clientId: string, client: Partial<Client> = {}): Promise<Client> {
  return storage.stores.clients.create({
    realmId: realm.id,
    clientId,
    enabled: true,
    publicClient: false,
    secret: 'secret',
    redirectUris: [],
    postLogoutRedirectUris: [],
    webOrigins: [],
    standardFlow: true,
    serviceAccount: false,
    consentRequired: false,
    backchannelLogoutUrl: address,
    backchannelLogoutSessionRequired: true,
    idTokenAlg: 'ES256',
    scopes: [],
    attributes: {},
    ...client,
  });
}

const say = (clientId: string) =>
  storage.stores.outbox.add({
    realmId: realm.id,
    kind: 'backchannel_logout',
    payload: { clientId, sid: 's-1', sub: 'u-1' },
  });

function worker(
  over: Storage = storage,
  allow: readonly string[] = ['127.0.0.0/8'],
): OutboxWorkerParts & { outcomes: string[] } {
  const outcomes: string[] = [];
  return {
    outcomes,
    storage: over,
    logger: createLogger({ level: 'silent', name: 'test' }),
    deliver: (message) => deliverLogout(message, { storage: over, publicUrl, outbound: { allow } }),
    onOutcome: (outcome) => outcomes.push(outcome),
  };
}

async function rowOf(clientId: string) {
  const rows = await storage.database.rows<{
    attempts: number;
    delivered_at: Date | null;
    dead_at: Date | null;
    next_at: Date;
    last_error: string | null;
  }>({
    name: 'test_outbox_row',
    text: `select attempts, delivered_at, dead_at, next_at, last_error from outbox where payload ->> 'clientId' = $1`,
    values: [clientId],
  });
  return rows[0];
}

/** Lets a message be due now, as time would. */
const hurry = (clientId: string) =>
  storage.database.count({
    name: 'test_outbox_hurry',
    text: `update outbox set next_at = now() where payload ->> 'clientId' = $1`,
    values: [clientId],
  });

test.each(signingAlgs)('an application gets a logout token that its ID tokens’ key verifies: %s', async (alg) => {
  const clientId = `rp-${alg}`;
  await addClient(clientId, { idTokenAlg: alg });
  await say(clientId);
  const parts = worker();
  await drainOutbox(parts, signal);
  expect(parts.outcomes).toEqual(['delivered']);
  expect(received).toHaveLength(1);
  expect(received[0]).toMatchObject({ method: 'POST', type: 'application/x-www-form-urlencoded' });

  const token = new URLSearchParams(received[0]?.body).get('logout_token') ?? '';
  const keys = (await storage.stores.signingKeys.list(realm.id)).map(({ privateJwk, kid, alg: keyAlg }) => {
    const { d, p, q, dp, dq, qi, ...publicJwk } = privateJwk;
    return { ...publicJwk, kid, alg: keyAlg } as JWK;
  });
  const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet({ keys }), {
    issuer: `${publicUrl}/realms/acme`,
    audience: clientId,
    algorithms: [alg],
    typ: 'logout+jwt',
  });
  expect(protectedHeader.typ).toBe('logout+jwt');
  expect(payload).toMatchObject({
    sub: 'u-1',
    sid: 's-1',
    jti: expect.any(String),
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  });
  expect(payload).not.toHaveProperty('nonce');
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(120);
  const told = await storage.auditReader.list(realm.id, { type: 'backchannel_logout.delivered', limit: 10 });
  expect(told.map((event) => event.clientId)).toContain(clientId);
});

test('only the active key signs, while another one waits in the key set', async () => {
  const waiting = await createSigningKey('ES256');
  await storage.stores.signingKeys.add({ ...waiting, realmId: realm.id, state: 'published' });
  await addClient('careful');
  await say('careful');
  await drainOutbox(worker(), signal);
  const [header = ''] = (new URLSearchParams(received[0]?.body).get('logout_token') ?? '').split('.');
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string };
  expect(kid).not.toBe(waiting.kid);
});

test('what fails stays, comes back later than at once, and is delivered when the receiver is back', async () => {
  await addClient('down');
  await say('down');
  answer = { status: 503 };
  const parts = worker();
  await drainOutbox(parts, signal);
  expect(parts.outcomes).toEqual(['failed']);
  const failed = await rowOf('down');
  expect(failed).toMatchObject({ attempts: 1, delivered_at: null, dead_at: null, last_error: 'down answered 503' });
  expect(failed?.next_at.getTime()).toBeGreaterThan(Date.now());
  expect(await drainOutbox(parts, signal)).toBe(0);
  await hurry('down');
  answer = { status: 200 };
  await drainOutbox(parts, signal);
  expect(parts.outcomes).toEqual(['failed', 'delivered']);
  expect(await rowOf('down')).toMatchObject({ attempts: 2, delivered_at: expect.any(Date) });
});

test('a message that is a day old and fails is given up, and the audit trail tells', async () => {
  await addClient('gone');
  await say('gone');
  await storage.database.count({
    name: 'test_outbox_age',
    text: `update outbox set created_at = now() - interval '24 hours' where payload ->> 'clientId' = $1`,
    values: ['gone'],
  });
  answer = { status: 500 };
  const parts = worker();
  await drainOutbox(parts, signal);
  expect(parts.outcomes).toEqual(['given_up']);
  expect(await rowOf('gone')).toMatchObject({ dead_at: expect.any(Date) });
  const told = await storage.auditReader.list(realm.id, { type: 'backchannel_logout.given_up', limit: 10 });
  expect(told).toMatchObject([{ clientId: 'gone', outcome: 'failure', reason: 'gone answered 500' }]);
});

test('an application without a logout address, and one that is gone, need no message', async () => {
  await addClient('quiet', { backchannelLogoutUrl: undefined });
  await say('quiet');
  await say('never-there');
  const parts = worker();
  await drainOutbox(parts, signal);
  expect(parts.outcomes).toEqual(['not_needed', 'not_needed']);
  expect(received).toEqual([]);
});

test('neither a redirect nor an address inside our own network is followed', async () => {
  await addClient('redirecting');
  await say('redirecting');
  answer = { status: 307, headers: { location: address } };
  const following = worker();
  await drainOutbox(following, signal);
  expect(following.outcomes).toEqual(['failed']);
  expect(received).toHaveLength(1);

  received = [];
  await addClient('inside');
  await say('inside');
  const guarded = worker(storage, []);
  await drainOutbox(guarded, signal);
  expect(guarded.outcomes).toEqual(['failed']);
  expect(received).toEqual([]);
});

test('without session requirement the token names the person only', async () => {
  await addClient('personal', { backchannelLogoutSessionRequired: false });
  await say('personal');
  await drainOutbox(worker(), signal);
  const [, payload = ''] = (new URLSearchParams(received[0]?.body).get('logout_token') ?? '').split('.');
  expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).not.toHaveProperty('sid');
});

test('two workers deliver each of 100 messages once', async () => {
  await addClient('busy');
  for (let n = 0; n < 100; n += 1) await say('busy');
  const second = await openStorage({ databaseUrl: database.url, masterKey, poolSize: 4 });
  const workers = [worker(), worker(second)];
  try {
    await Promise.all(workers.map((one) => drainOutbox(one, signal)));
  } finally {
    await second.close();
  }
  const outcomes = workers.flatMap((one) => one.outcomes);
  // On a busy machine an answer may come too late for its attempt: that is told as failed, and made again.
  const failed = outcomes.filter((outcome) => outcome === 'failed').length;
  expect(received.length).toBeGreaterThanOrEqual(100);
  expect(outcomes).toHaveLength(received.length);
  expect(outcomes.length - failed).toBeLessThanOrEqual(100);
});
