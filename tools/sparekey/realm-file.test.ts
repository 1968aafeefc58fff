import { pbkdf2Sync, randomBytes, randomUUID } from 'node:crypto';
import { AppError } from '@sparekey/contracts';
import { createHashEngine } from '@sparekey/factors';
import { demoPeople, demoRealm, type ImportReport, importRealmFile, RealmFileError } from '@sparekey/realms';
import { keycloak26Export } from '@sparekey/realms/keycloak-26.fixture';
import { race } from '@sparekey/testing';
import fc from 'fast-check';
import { arbitraryRealmFile } from './testing/arbitrary-realm.ts';
import { type Server, startServer } from './testing/realm-file-database.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

/** As Keycloak's Pbkdf2PasswordHashProvider computes it. */
function pbkdf2(password: string, algorithm: string, digest: string, iterations: number, bytes: number) {
  const salt = randomBytes(16);
  return {
    secretData: JSON.stringify({
      value: pbkdf2Sync(password, salt, iterations, bytes, digest).toString('base64'),
      salt: salt.toString('base64'),
      additionalParameters: {},
    }),
    credentialData: JSON.stringify({ hashIterations: iterations, algorithm, additionalParameters: {} }),
  };
}

/** As Keycloak's Argon2PasswordHashProvider computes it: 7 MiB, 5 passes, 1 lane. */
async function argon2(password: string) {
  const salt = randomBytes(16);
  const parameters = { memoryKib: 7168, iterations: 5, parallelism: 1 };
  const [hash] = await createHashEngine({ random: randomBytes }).argon2id([password], salt, parameters);
  return {
    secretData: JSON.stringify({
      value: hash?.toString('base64'),
      salt: salt.toString('base64'),
      additionalParameters: {},
    }),
    credentialData:
      '{"hashIterations":5,"algorithm":"argon2","additionalParameters":{"hashLength":["32"],"memory":["7168"],"type":["id"],"version":["1.3"],"parallelism":["1"]}}',
  };
}

test('people of a Keycloak 26 export sign in with the passwords they had', async () => {
  const report = await server.import(
    keycloak26Export({
      sha256: pbkdf2('vera-pässword', 'pbkdf2-sha256', 'sha256', 27_500, 64),
      sha512: pbkdf2('omar-password', 'pbkdf2-sha512', 'sha512', 210_000, 64),
      argon2: await argon2('ines-password'),
    }),
  );
  expect(report).toMatchObject({
    realm: 'acme',
    outcome: 'imported',
    users: 4,
    clients: 4,
    groups: 2,
    organizations: 1,
  });

  const { stores } = server.storage;
  const realm = await stores.realms.byName('acme');
  if (realm === undefined) throw new Error('no realm');
  const engine = createHashEngine({ random: randomBytes });
  for (const [username, password] of [
    ['vera', 'vera-pässword'],
    ['vera@acme.example', 'vera-pässword'],
    ['omar', 'omar-password'],
    ['ines', 'ines-password'],
  ] as const) {
    const user = await stores.users.byLogin(realm.id, username);
    const stored = user && (await stores.passwords.get(realm.id, user.id));
    expect(await engine.verify(stored?.phc, password)).toBe(true);
    expect(await engine.verify(stored?.phc, `${password}!`)).toBe(false);
  }
  const vera = await stores.users.byLogin(realm.id, 'vera');
  expect(vera && (await stores.users.claims(realm.id, vera.id))).toMatchObject({
    realmRoles: ['default-roles-acme', 'offline_access'],
    clientRoles: { account: ['manage-account'] },
    groups: ['/staff', '/staff/night~/day'],
    organizations: { labs: '888404b7-3956-434b-8530-7aa6bcae574b' },
  });
  const batch = await stores.clients.byClientId(realm.id, 'batch');
  const account = await stores.users.byLogin(realm.id, 'service-account-batch');
  expect(account?.serviceAccountClientId).toBe(batch?.id);
  expect(batch?.secret).toMatch(/^[\w-]{43}$/);
  expect((await stores.signingKeys.list(realm.id)).map(({ alg, state }) => `${alg} ${state}`).sort()).toEqual([
    'ES256 active',
    'EdDSA active',
    'RS256 active',
  ]);
});

test('people of the demo realm sign in with the passwords that are printed', async () => {
  expect(await server.import(demoRealm({ rpUrl: 'http://localhost:8090' }))).toMatchObject({
    unsupported: [],
    warnings: [],
  });
  const { stores } = server.storage;
  const realm = await stores.realms.byName('demo');
  if (realm === undefined) throw new Error('no realm');
  expect(realm.policy.secondFactor.required).toBe('required');
  for (const person of demoPeople) {
    const user = await stores.users.byLogin(realm.id, `${person.username}@acme.example`);
    if (user === undefined) throw new Error('no such person');
    const password = await stores.passwords.get(realm.id, user.id);
    expect(password?.phc).toMatch(/^\$argon2id\$/);
    expect(await stores.totp.list(realm.id, user.id)).toHaveLength('totpSecret' in person ? 1 : 0);
  }
  expect((await stores.clients.byClientId(realm.id, 'demo-wiki'))?.redirectUris).toEqual([
    'http://localhost:8090/wiki/callback',
  ]);
});

/** Ids of authenticators are new after every import. */
function comparable(file: unknown): unknown {
  return JSON.parse(
    JSON.stringify(file, (_key, value) =>
      value !== null && typeof value === 'object' && 'secretData' in value ? { ...value, id: undefined } : value,
    ),
  );
}

/** What an import tells beside things that are kept although nothing acts on them. */
const lost = ({ unsupported, warnings }: ImportReport) =>
  [...unsupported, ...warnings].filter(({ why }) => !why.startsWith('kept, but'));

test('an export, imported elsewhere and exported again, is the same file', async () => {
  await using elsewhere = await startServer();
  await fc.assert(
    fc.asyncProperty(arbitraryRealmFile, async (arbitrary) => {
      // Also while fast-check shrinks, every run is a realm of its own.
      const id = randomUUID();
      const file = { ...arbitrary, id, realm: `r-${id}` };
      expect(lost(await server.import(file))).toEqual([]);
      const first = await server.export(file.realm);
      expect(comparable(first.file)).toMatchObject(comparable(file) as object);
      expect(lost(await elsewhere.import(JSON.parse(JSON.stringify(first.file))))).toEqual([]);
      const second = await elsewhere.export(file.realm);
      expect(comparable(second.file)).toEqual(comparable(first.file));
    }),
    { numRuns: 20 },
  );
});

test('two exports of an unchanged realm are the same text', async () => {
  const [one, two] = [await server.export('demo'), await server.export('demo')];
  expect(JSON.stringify(one)).toBe(JSON.stringify(two));
});

test('an export never holds backup codes or signing keys, and says so', async () => {
  const { file, notExported } = await server.export('demo');
  expect(notExported.map(({ path }) => path)).toEqual(expect.arrayContaining(['users[].backupCodes', 'signingKeys']));
  expect(JSON.stringify(file)).not.toMatch(/verifier|pepper|privateJwk/);
});

const small = (realm: string) => ({
  realm,
  clients: [{ clientId: 'app', publicClient: true }],
  users: [{ username: 'ann', credentials: [{ type: 'password', value: 'ann-at-home' }] }],
});

test('an import that fails at its end leaves nothing behind', async () => {
  const dependencies = {
    ...server.dependencies,
    transaction: <T>(work: Parameters<typeof server.dependencies.transaction<T>>[0]) =>
      server.storage.transaction<T>(async (stores) => {
        const result = await work(stores);
        if ((await stores.realms.byName('half')) !== undefined) throw new Error('the power went');
        return result;
      }),
  };
  await expect(importRealmFile(small('half'), dependencies, { ifExists: 'fail' })).rejects.toThrow('the power went');
  expect(await server.storage.stores.realms.byName('half')).toBeUndefined();
  expect(await server.import(small('half'))).toMatchObject({ outcome: 'imported', users: 1 });
});

test('a file with problems writes nothing', async () => {
  const file = { ...small('faulty'), organizations: [{ name: 'o', members: [{ username: 'nobody' }] }] };
  await expect(server.import(file)).rejects.toThrow(RealmFileError);
  expect(await server.storage.stores.realms.byName('faulty')).toBeUndefined();
});

test('an existing realm is never changed: refused, or skipped when asked to', async () => {
  await server.import(small('kept'));
  const before = await server.export('kept');
  const other = { ...small('kept'), displayName: 'Changed' };
  await expect(server.import(other)).rejects.toThrow(new AppError('conflict', 'There is a realm kept already'));
  expect(await server.import(other, { ifExists: 'skip' })).toMatchObject({ outcome: 'skipped', users: 0 });
  expect(await server.export('kept')).toEqual(before);
});

test('of imports of one realm at the same time exactly one writes', async () => {
  const { fulfilled, rejected } = await race(4, async (_index, barrier) => {
    await barrier();
    return server.import(small('raced'), { ifExists: 'skip' });
  });
  expect(rejected).toEqual([]);
  expect(fulfilled.map(({ outcome }) => outcome).sort()).toEqual(['imported', 'skipped', 'skipped', 'skipped']);
});

test('progress is told with numbers', async () => {
  const told: string[] = [];
  await server.import(small('told'), {
    onProgress: ({ phase, done, total }) => told.push(`${phase} ${done}/${total}`),
  });
  expect(told).toEqual(['hashing passwords 1/1', 'writing people 1/1']);
});
