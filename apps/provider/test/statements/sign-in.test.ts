import { randomBytes } from 'node:crypto';
import type { PolicyInput } from '@sparekey/policy';
import { openStorage, type Storage } from '@sparekey/storage';
import { createTestDatabase, type SoftAuthenticator, type SoftOptions, type TestDatabase } from '@sparekey/testing';
import { type HostedProvider, type Page, startHostedProvider, Visitor } from '../../src/testing/hosted.ts';
import { addClient, addRealm } from '../../src/testing/storage.ts';
import { totpCode } from '../../src/testing/totp-code.ts';
import { Settlers } from '../walk/settlers.ts';
import { type Person, World } from '../walk/world.ts';

const policy: PolicyInput = { backupCodes: { required: 'never' }, recovery: { whenMedium: 'nothing' } };
let database: TestDatabase;
let storage: Storage;
let provider: HostedProvider;
let settlers: Settlers;
let world: World;
let sent = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  const onStatement = () => {
    sent += 1;
  };
  storage = await openStorage({ databaseUrl: database.url, masterKey: randomBytes(32), onStatement });
  provider = await startHostedProvider({ storage });
  settlers = new Settlers(storage, provider.engine, provider.origin);
  const realm = await addRealm(storage, 'acme', policy);
  await addClient(storage, realm, { clientId: 'app' });
  world = new World(realm);
});
afterAll(async () => {
  await provider.close();
  await storage.close();
  await database.drop();
});

type Way = (visitor: Visitor, page: Page, person: Person) => Promise<Page>;

const password: Way = (visitor, page, { username, password: known }) =>
  visitor.submit(page, { username, password: known ?? '' });

const passkey =
  (action: string): Way =>
  (visitor, page, { keys, username }) => {
    const found = /data-options="([^"]*)"/.exec(page.html)?.[1] ?? '';
    const options = JSON.parse(found.replaceAll('&quot;', '"').replaceAll('&amp;', '&')) as SoftOptions;
    const [key] = keys.values();
    return visitor.submit(page, { username, webauthn: (key as SoftAuthenticator).get(options), action });
  };

const app: Way = (visitor, page, { totp }) =>
  visitor.submit(page, { otp: totpCode([...totp.values()][0]?.secret ?? Buffer.alloc(20)) });

const backupCode: Way = async (visitor, page, { codes }) => {
  const asked = await visitor.submit(page, { action: 'try:backup_code' });
  const offered = await visitor.submit(asked, { backup_code: [...codes.values()][0]?.[1] ?? '' });
  return visitor.submit(offered, { action: 'later' });
};

test.each([
  ['a password', 'plain', [password], 43],
  ['a password and an authenticator app', 'app', [password, app], 86],
  ['a password and a security key', 'key', [password, passkey('continue')], 90],
  ['a passkey', 'passkey_only', [passkey('passkey')], 46],
  ['a password and a backup code', 'app', [password, backupCode], 182],
] as const)('a whole sign-in with %s sends no more statements than it did', async (_, kind, ways, most) => {
  const signIn = async (person: Person) => {
    const visitor = new Visitor(provider, 'acme');
    let page = await visitor.authorize('app');
    for (const way of ways) page = await way(visitor, page, person);
    expect(page.url.searchParams.has('code')).toBe(true);
  };
  // The first brings the realm and its keys into memory.
  await signIn(await settlers.settle(world, kind));
  const person = await settlers.settle(world, kind);
  sent = 0;
  await signIn(person);
  expect(sent).toBeLessThanOrEqual(most);
});
