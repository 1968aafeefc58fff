import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoRealm } from '@sparekey/realms';
import { openStorage } from '@sparekey/storage';
import { compiledPrograms, useTestDatabase } from '@sparekey/testing';

const database = useTestDatabase();
const masterKey = randomBytes(32).toString('base64');
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sparekey-cli-'));
});
afterAll(() => rm(directory, { recursive: true }));

interface Result {
  code: number;
  out: string;
  err: string;
}

/** Runs the command line as a person would, on the database of this file. */
function sparekey(...args: string[]): Promise<Result> {
  const { PATH = '', HOME = '' } = process.env;
  const given = { DATABASE_URL: database.url, SPAREKEY_MASTER_KEY: masterKey };
  const env = { PATH, HOME, NODE_COMPILE_CACHE: compiledPrograms, ...given };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'main.ts'), ...args],
      { env, maxBuffer: 10_000_000 },
      (error, out, err) => resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}

async function file(name: string, content: unknown): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

test('what is not understood ends with exit code 2, a reason and the usage', async () => {
  const { code, out, err } = await sparekey('realm', 'export');
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain('REALM is missing.\nUsage: npm run sparekey -- realm export REALM');
});

test('a file that cannot be read ends with exit code 2', async () => {
  expect(await sparekey('realm', 'import', '/nowhere/realm.json')).toMatchObject({ code: 2, out: '' });
});

test('a file that is no JSON is refused without quoting it: it may hold secrets', async () => {
  const { code, err } = await sparekey(
    'realm',
    'import',
    await file('broken.json', '{"realm": "a", "secret": canary-secret}'),
  );
  expect(code).toBe(2);
  expect(err).toContain('is no JSON');
  expect(err).not.toContain('canary');
});

test('a realm is imported, listed, exported to a private file, and not imported twice', async () => {
  const demo = await file('demo.json', demoRealm({ rpUrl: 'http://localhost:8090' }));
  const imported = await sparekey('realm', 'import', demo);
  expect([imported.code, imported.out]).toEqual([
    0,
    'Realm demo imported: 3 people, 3 clients, 2 roles, 3 groups, 1 organization.\n',
  ]);
  expect((await sparekey('realm', 'list')).out).toMatch(/demo +Acme +yes +http:\/\/localhost:8080\/realms\/demo/);

  const exported = await file('exported.json', 'something old, readable by all');
  const result = await sparekey('realm', 'export', 'demo', '--file', exported);
  expect([result.code, result.out]).toEqual([0, '']);
  expect(result.err).toContain('guard it like the database');
  expect((await stat(exported)).mode & 0o777).toBe(0o600);
  expect(JSON.parse(await readFile(exported, 'utf8'))).toMatchObject({
    realm: 'demo',
    users: [{ username: 'ada' }, {}, {}],
  });

  const again = await sparekey('realm', 'import', demo);
  expect([again.code, again.out, again.err]).toEqual([1, '', 'There is a realm demo already\n']);
  const skipped = await sparekey('realm', 'import', demo, '--if-exists', 'skip', '--json');
  expect([skipped.code, JSON.parse(skipped.out)]).toEqual([0, [expect.objectContaining({ outcome: 'skipped' })]]);
});

test('a dry run reports and writes nothing', async () => {
  const path = await file('dry.json', {
    realm: 'dry',
    otpPolicyDigits: 8,
    users: [{ username: 'ann', groups: ['/x'] }],
  });
  const { code, out } = await sparekey('realm', 'import', path, '--dry-run');
  expect(code).toBe(1);
  expect(out).toContain('users[0].groups[0]: there is no group /x');
  expect(out).toContain('otpPolicyDigits: not supported');
  expect((await sparekey('realm', 'list', '--json')).out).not.toContain('dry');
});

test('the files of an export to a directory are put together', async () => {
  const realm = await file('acme-realm.json', { realm: 'acme', groups: [{ name: 'staff' }] });
  const [one, two] = [
    await file('acme-users-0.json', { realm: 'acme', users: [{ username: 'ann', groups: ['/staff'] }] }),
    await file('acme-users-1.json', { realm: 'acme', users: [{ username: 'bob' }] }),
  ];
  const { code, out } = await sparekey('realm', 'import', realm, one, two, '--json');
  expect([code, JSON.parse(out)]).toEqual([0, [expect.objectContaining({ realm: 'acme', users: 2, groups: 1 })]]);
});

test('of several files none is imported when one has a problem', async () => {
  const good = await file('good.json', { realm: 'good' });
  const bad = await file('bad.json', { realm: 'bad', sparekey: { polciy: {} } });
  const { code, err } = await sparekey('realm', 'import', good, bad);
  expect(code).toBe(1);
  expect(err).toContain('sparekey.polciy: there is no such setting');
  expect((await sparekey('realm', 'list', '--json')).out).not.toContain('good');
});

test('a rotation publishes new keys first, and says when they sign', async () => {
  await sparekey('realm', 'import', await file('keys.json', { realm: 'keys' }));
  const { code, out } = await sparekey('keys', 'rotate', 'keys', '--alg', 'ES256', '--json');
  expect([code, JSON.parse(out)]).toEqual([
    0,
    expect.arrayContaining([expect.objectContaining({ alg: 'ES256', state: 'published', nextAt: expect.any(String) })]),
  ]);
  const listed = JSON.parse((await sparekey('keys', 'list', 'keys', '--json')).out) as { alg: string; state: string }[];
  expect(listed.map(({ alg, state }) => `${alg} ${state}`).sort()).toEqual([
    'ES256 active',
    'ES256 published',
    'EdDSA active',
    'RS256 active',
  ]);
});

test('a realm that is not there is told as such', async () => {
  for (const args of [
    ['realm', 'export', 'ghost'],
    ['keys', 'list', 'ghost'],
    ['keys', 'rotate', 'ghost'],
  ]) {
    const { code, err } = await sparekey(...args);
    expect([code, err]).toEqual([1, expect.stringMatching(/there is no realm ghost/i)]);
  }
});

test('a person who is locked out may try again, and the audit trail tells who let them', async () => {
  const storage = await openStorage({ databaseUrl: database.url, masterKey: Buffer.from(masterKey, 'base64') });
  try {
    const realm = await storage.stores.realms.byName('demo');
    const ada = realm && (await storage.stores.users.byLogin(realm.id, 'ada'));
    if (realm === undefined || ada === undefined) throw new Error('the demo realm has ada');
    const key = { realmId: realm.id, factor: 'password', subject: ada.id } as const;
    const limit = { failures: 1, firstWaitSeconds: 3600, maxWaitSeconds: 3600, hardStop: 10 };
    await storage.attempts.begin(key, limit);
    expect(await storage.attempts.begin(key, limit)).toMatchObject({ allowed: false });

    expect(await sparekey('user', 'unlock', 'demo', 'ADA')).toMatchObject({
      code: 0,
      out: 'ada may try again. Failures forgotten: password.\n',
    });
    expect(await storage.attempts.begin(key, limit)).toMatchObject({ allowed: true, failures: 1 });
    const told = await storage.database.rows<{ actor_id: string; subject_id: string }>({
      name: 'test_unlocked',
      text: `select actor_id, subject_id from audit_event where type = 'attempts.unlocked'`,
    });
    expect(told).toEqual([{ actor_id: 'sparekey user unlock', subject_id: ada.id }]);
    expect((await sparekey('user', 'unlock', 'demo', 'nobody')).code).not.toBe(0);
  } finally {
    await storage.close();
  }
});
