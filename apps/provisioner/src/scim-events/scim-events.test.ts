import { randomBytes } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLogger, createMetrics } from '@sparekey/http';
import { defaultPolicy } from '@sparekey/policy';
import { addScimConnection, issueScimToken, type ScimConnection } from '@sparekey/provisioning';
import { createSigningKey, type Realm } from '@sparekey/realms';
import { userType } from '@sparekey/scim';
import { openStorage, type Storage } from '@sparekey/storage';
import { createTestDatabase, race, type TestDatabase } from '@sparekey/testing';
import { decodeJwt } from 'jose';
import { pushEventsJobs } from './push.ts';
import { warnOfTokens } from './token-warnings.ts';

const operator = { kind: 'operator', name: 'olga' } as const;
let database: TestDatabase;
let storage: Storage;
let realm: Realm;
let receiver: Server;
let connection: ScimConnection;
let got: { headers: IncomingHttpHeaders; body: string }[] = [];
let status = 202;

beforeAll(async () => {
  database = await createTestDatabase();
  storage = await openStorage({ databaseUrl: database.url, masterKey: randomBytes(32), poolSize: 4 });
  realm = await storage.stores.realms.create({ name: 'acme', enabled: true, policy: defaultPolicy, attributes: {} });
  await storage.stores.signingKeys.add({ ...(await createSigningKey('ES256')), realmId: realm.id, state: 'active' });
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      got.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(status).end(status === 400 ? '{"err":"invalid_key"}' : '');
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/events`;
  const settings = { events: { delivery: 'push', endpoint, audience: 'https://receiver.example' } };
  connection = await storage.transaction((stores) =>
    addScimConnection(stores, realm.id, { name: 'entra', kind: 'server', profile: 'entra', settings }, operator),
  );
  await storage.stores.scimConnections.setSecret(realm.id, connection.id, 'receiver-secret');
});
afterAll(async () => {
  await new Promise((resolve) => receiver.close(resolve));
  await storage.close();
  await database.drop();
});
beforeEach(() => {
  got = [];
  status = 202;
});

async function change(): Promise<string> {
  const { id } = await storage.stores.users.create({
    realmId: realm.id,
    username: `p-${randomBytes(4).toString('hex')}`,
    emailVerified: false,
    phoneNumberVerified: false,
    enabled: true,
    attributes: {},
    requiredActions: [],
  });
  const reach = { realmId: realm.id, connectionId: connection.id, visibility: 'owned', protectedRoles: [] } as const;
  await storage.stores.scimResources.insert(reach, userType, { id, data: { userName: 'x', active: true } });
  return id;
}

const parts = () => ({
  storage,
  logger: createLogger({ level: 'silent', name: 'test' }),
  metrics: createMetrics(),
  publicUrl: 'https://id.example.com',
  outbound: { allow: ['127.0.0.0/8'] },
});
const pushAll = async () => {
  const [job] = pushEventsJobs(parts());
  await job?.run(new AbortController().signal);
};
const pending = () => storage.stores.scimSecurityEvents.pending(realm.id, connection.id, 100);

test('an event is pushed once as secevent+jwt with the secret of the connection, and is done with when it is taken', async () => {
  const id = await change();
  await race(4, pushAll);
  expect(got).toHaveLength(1);
  expect(got[0]?.headers).toMatchObject({
    'content-type': 'application/secevent+jwt',
    authorization: 'Bearer receiver-secret',
  });
  expect(decodeJwt(got[0]?.body ?? '')).toMatchObject({
    iss: 'https://id.example.com/realms/acme',
    aud: 'https://receiver.example',
    sub_id: { format: 'scim', uri: `/Users/${id}` },
    events: { 'urn:ietf:params:scim:event:prov:create:notice': { attributes: ['active', 'userName'] } },
  });
  expect(await pending()).toEqual([]);
});

test('a receiver that is down is asked again later, with the same event; one that refuses the event is not', async () => {
  status = 503;
  await change();
  await pushAll();
  await pushAll();
  expect([got.length, (await pending()).length]).toEqual([1, 1]);
  await storage.database.count({ name: 'due', text: 'update scim_security_event set next_at = now()' });
  status = 400;
  await pushAll();
  expect(decodeJwt(got[1]?.body ?? '').jti).toBe(decodeJwt(got[0]?.body ?? '').jti);
  expect(await pending()).toEqual([]);
});

test('an endpoint within our own network is not reached', async () => {
  await change();
  const [job] = pushEventsJobs({ ...parts(), outbound: {} });
  await job?.run(new AbortController().signal);
  expect([got.length, (await pending()).length]).toEqual([0, 1]);
});

test('a token that ends within two weeks is told of once, whoever tells', async () => {
  const issue = (days: number) =>
    storage.transaction((stores) =>
      issueScimToken(stores, connection, { label: 'x', days, now: new Date(), random: randomBytes }, operator),
    );
  const [soon] = [await issue(10), await issue(30)];
  const { fulfilled } = await race(4, () => warnOfTokens(storage));
  expect(fulfilled.reduce((sum, told) => sum + told, 0)).toBe(1);
  const events = await storage.auditReader.list(realm.id, { limit: 20 });
  expect(events.filter(({ type }) => type === 'scim_token.expiring').map(({ detail }) => detail)).toEqual([
    { connection: 'entra', resource: soon.kept.id, days: 10 },
  ]);
});
