import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { createTestDatabase, type TestDatabase } from '@sparekey/testing';
import { type Acme, createAcme } from '../../src/testing/acme.ts';
import { type ProductInProcess, startProduct } from '../../src/testing/product.ts';
import { addClient } from '../../src/testing/storage.ts';
import { Visitor } from '../../src/testing/visitor.ts';
import { Cookies, type Reply, Wire } from '../walk/wire.ts';

/** Far more than the door lets in, and lets wait. */
const FLOOD = 160;
const door = { atOnce: 4, waiting: 20, patienceMs: 60_000, standingPatienceMs: 60_000 };

let database: TestDatabase;
let acme: Acme;
let product: ProductInProcess;
const statements: string[] = [];
const wire = new Wire(FLOOD + 16);

beforeAll(async () => {
  database = await createTestDatabase();
  const masterKey = randomBytes(32);
  acme = await createAcme(database.url, masterKey, { lockout: { networkFailuresPerHour: 100_000 } });
  await addClient(acme.storage, acme.realm, { clientId: 'machine', standardFlow: false, serviceAccount: true });
  product = await startProduct(database.url, masterKey, {
    admission: door,
    onStatement: (name) => statements.push(name),
  });
});
afterAll(async () => {
  wire.close();
  await product.close();
  await acme.close();
  await database.drop();
});

function issueToken(): Promise<Reply> {
  return wire.send(
    {
      method: 'POST',
      url: new URL('/realms/acme/protocol/openid-connect/token', product.origin),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from('machine:secret').toString('base64')}`,
      },
      body: 'grant_type=client_credentials',
    },
    new Cookies(),
  );
}

test('of a flood of wrong sign-ins a few are under way and a few wait, the rest is told when to come back before a statement or a hash, and tokens are issued all the while', async () => {
  expect((await issueToken()).status).toBe(200);
  const visitor = new Visitor(product);
  const { csrf, step } = await visitor.begin();
  const cookies = new Cookies();
  for (const { name, value } of visitor.browser.cookiesFor(visitor.url)) cookies.keep(`${name}=${value}; path=/`, '/');
  const before = { evaluations: product.engine.stats.evaluations, rss: process.memoryUsage().rss };
  statements.length = 0;

  const flood = Array.from({ length: FLOOD }, (_, index) =>
    wire.send(
      {
        method: 'POST',
        url: new URL(visitor.url),
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' },
        body: new URLSearchParams({
          csrf,
          step: step ?? '',
          action: 'continue',
          username: `nobody-${index}`,
          password: 'wrong',
        }).toString(),
      },
      cookies,
    ),
  );
  let isOver = false;
  const flooded = Promise.all(flood).finally(() => {
    isOver = true;
  });
  const peak = { inFlight: 0, queued: 0, rss: 0 };
  let issued = 0;
  while (!isOver) {
    expect((await issueToken()).status).toBe(200);
    const { inFlight, queued } = product.engine.stats;
    // Counted only while hashes keep every hand busy.
    if (queued > 0) issued += 1;
    peak.inFlight = Math.max(peak.inFlight, inFlight);
    peak.queued = Math.max(peak.queued, queued);
    peak.rss = Math.max(peak.rss, process.memoryUsage().rss);
  }
  const replies = await flooded;
  const refused = replies.filter(({ status }) => status === 422);
  const turnedAway = replies.filter(({ status }) => status === 503);

  expect(refused.length + turnedAway.length).toBe(FLOOD);
  expect(refused.length).toBeGreaterThanOrEqual(door.atOnce + door.waiting);
  expect(turnedAway.length).toBeGreaterThan(0);
  expect(turnedAway.every(({ retryAfter }) => Number(retryAfter) > 0)).toBe(true);
  expect(product.engine.stats.evaluations - before.evaluations).toBe(refused.length);
  expect(statements.filter((name) => name === 'sign_in_load')).toHaveLength(refused.length);
  expect(peak.inFlight).toBeLessThanOrEqual(availableParallelism());
  expect(peak.inFlight + peak.queued).toBeLessThanOrEqual(door.atOnce);
  expect(issued).toBeGreaterThan(5);
  expect((peak.rss - before.rss) / 2 ** 20).toBeLessThan(64 * 19);
  // Whoever was turned away guessed nothing: only what was evaluated is counted.
  const [counted] = await database.query<{ failures: number }>(
    'select coalesce(sum(failures), 0)::int as failures from attempt_counter',
  );
  expect(counted?.failures).toBe(refused.length);
});
