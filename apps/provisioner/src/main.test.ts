import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { defaultPolicy } from '@sparekey/policy';
import { ensureSigningKeys, publishSigningKey, type Realm, signingAlgs } from '@sparekey/realms';
import { openStorage, type Storage } from '@sparekey/storage';
import { createTestDatabase, freePort, startProcess, type TestDatabase } from '@sparekey/testing';

const entry = join(import.meta.dirname, 'main.ts');
const masterKey = randomBytes(32);
const system = { kind: 'system' } as const;

let database: TestDatabase;
let storage: Storage;
let realm: Realm;

beforeAll(async () => {
  database = await createTestDatabase();
  storage = await openStorage({ databaseUrl: database.url, masterKey, poolSize: 2 });
  realm = await storage.stores.realms.create({ name: 'acme', enabled: true, policy: defaultPolicy, attributes: {} });
  await ensureSigningKeys(storage.stores, realm.id, signingAlgs, system);
});

afterAll(async () => {
  await storage.close();
  await database.drop();
});

async function settings(changes: Record<string, string> = {}): Promise<Record<string, string>> {
  return {
    DATABASE_URL: database.url,
    SPAREKEY_MASTER_KEY: masterKey.toString('base64url'),
    SPAREKEY_MANAGEMENT_PORT: String(await freePort()),
    SPAREKEY_LISTEN_ADDRESS: '127.0.0.1',
    SPAREKEY_OUTBOUND_ALLOW: '127.0.0.0/8',
    ...changes,
  };
}

test('the worker delivers what was written, lets a key that waited long enough sign, and drains on SIGTERM', async () => {
  const told = Promise.withResolvers<string>();
  const receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      response.writeHead(200).end();
      told.resolve(body);
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const waiting = await publishSigningKey(storage.stores, realm.id, 'ES256', system);
  await storage.database.count({
    name: 'test_key_age',
    text: `update signing_key set state_changed_at = now() - interval '3 hours' where kid = $1`,
    values: [waiting],
  });
  await storage.stores.clients.create({
    realmId: realm.id,
    clientId: 'rp',
    enabled: true,
    publicClient: true,
    redirectUris: [],
    postLogoutRedirectUris: [],
    webOrigins: [],
    standardFlow: true,
    serviceAccount: false,
    consentRequired: false,
    backchannelLogoutUrl: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`,
    backchannelLogoutSessionRequired: true,
    idTokenAlg: 'EdDSA',
    scopes: [],
    attributes: {},
  });

  const env = await settings();
  const readyUrl = `http://127.0.0.1:${env.SPAREKEY_MANAGEMENT_PORT}/health/ready`;
  const program = await startProcess({ entry, env, readyUrl });
  const payload = { clientId: 'rp', sid: 's', sub: 'u' };
  await storage.stores.outbox.add({ realmId: realm.id, kind: 'backchannel_logout', payload });
  expect(await told.promise).toMatch(/^logout_token=ey/);
  for (let state = ''; state !== 'active'; ) {
    state = (await storage.stores.signingKeys.list(realm.id)).find(({ kid }) => kid === waiting)?.state ?? '';
  }
  // Counted once the receiver's answer is stored.
  for (let counted = false; !counted; ) {
    const metrics = await (await fetch(readyUrl.replace('/health/ready', '/metrics'))).text();
    counted = metrics.includes('sparekey_deliveries_total{kind="backchannel_logout",outcome="delivered"} 1');
  }
  expect(await program.stop()).toMatchObject({ code: 0 });
  await new Promise((resolve) => receiver.close(resolve));
});

test('another master key is refused in words', async () => {
  const other = randomBytes(32).toString('base64url');
  const program = await startProcess({ entry, env: await settings({ SPAREKEY_MASTER_KEY: other }) });
  const { code } = await program.exited;
  expect([code, program.output()]).toEqual([1, expect.stringMatching(/Sparekey does not start[\s\S]*master key/)]);
});
