import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultPolicy, policySettings, withAssignments } from '@sparekey/policy';
import { changePolicy, demoRealm, type Organization, type Realm } from '@sparekey/realms';
import { compiledPrograms, race } from '@sparekey/testing';
import { type Server, startServer } from './testing/realm-file-database.ts';

let server: Server;
let directory: string;
let realm: Realm;
let organization: Organization;

beforeAll(async () => {
  server = await startServer();
  directory = await mkdtemp(join(tmpdir(), 'sparekey-policy-'));
  await server.import(demoRealm({ rpUrl: 'http://localhost:8090' }));
  const { realms, organizations } = server.storage.stores;
  const found = await realms.byName('demo');
  if (found === undefined) throw new Error('the demo realm was not imported');
  realm = found;
  const [first] = await organizations.list(realm.id);
  if (first === undefined) throw new Error('the demo realm has no organization');
  organization = first;
});
afterAll(async () => {
  await rm(directory, { recursive: true });
  await server[Symbol.asyncDispose]();
});

/** Runs the command line as a person would, on the database of this file. */
function sparekey(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const { PATH = '', HOME = '' } = process.env;
  const key = server.masterKey.toString('base64');
  const given = { DATABASE_URL: server.url, SPAREKEY_MASTER_KEY: key };
  const env = { PATH, HOME, NODE_COMPILE_CACHE: compiledPrograms, ...given };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'main.ts'), 'policy', ...args],
      { env, maxBuffer: 10_000_000 },
      (error, out, err) => resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}

const present = async () => (await server.storage.stores.realms.byId(realm.id))?.policy;

const set = (assignments: string[], basedOn?: number) =>
  server.storage.transaction((stores) =>
    changePolicy(stores, realm, undefined, {
      revise: (policy) => withAssignments(policy, assignments),
      basedOn,
      actor: { kind: 'operator', name: 'test' },
    }),
  );

test('a change is printed as a difference, kept with who and when, told to the audit trail, and shown', async () => {
  const changed = await sparekey('set', 'demo', 'backupCodes.count=12', 'secondFactor.requiredForRoles=admin,auditor');
  expect([changed.code, changed.err]).toEqual([0, 'Version 1.\n']);
  expect(changed.out).toMatch(/backupCodes\.count +10 +12\n/);
  expect((await present())?.secondFactor.requiredForRoles).toEqual(['admin', 'auditor']);

  expect((await sparekey('show', 'demo')).out).toMatch(/backupCodes\.count +12 +realm\n/);
  const history = JSON.parse((await sparekey('history', 'demo', '--json')).out);
  expect(history).toEqual([
    {
      version: 1,
      changedBy: 'sparekey policy set',
      changedAt: expect.any(String),
      changes: expect.arrayContaining([{ path: 'backupCodes.count', before: 10, after: 12 }]),
    },
  ]);
  const events = await server.storage.database.rows<{ detail: object }>({
    name: 'test_policy_events',
    text: `select detail from audit_event where realm_id = $1 and type = 'policy.changed'`,
    values: [realm.id],
  });
  expect(events).toEqual([{ detail: { version: 1, settings: 'secondFactor.requiredForRoles backupCodes.count' } }]);
});

test('what is wrong is told by path, all at once, and nothing is written', async () => {
  const before = await present();
  const { code, err } = await sparekey(
    'set',
    'demo',
    'backupCodes.count=99',
    'lockout.fax.failures=1',
    'x',
    'freshProofSeconds=60',
  );
  expect(code).toBe(1);
  for (const path of [
    'backupCodes.count: ',
    'lockout.fax.failures: there is no such setting',
    'x: is not PATH=VALUE',
  ]) {
    expect(err).toContain(path);
  }
  expect(await present()).toEqual(before);
  expect((await sparekey('set', 'demo')).code).toBe(2);
});

test('what was shown as JSON can be set as a file, and a dry run changes nothing', async () => {
  const { policy } = JSON.parse((await sparekey('show', 'demo', '--json')).out);
  const file = join(directory, 'policy.json');
  await writeFile(file, JSON.stringify(policy));
  expect((await sparekey('set', 'demo', '--file', file)).out).toBe('Nothing changes.\n');
  const dry = await sparekey('set', 'demo', '--file', file, '--preset', 'nist-recovery', '--dry-run');
  expect(dry.out).toMatch(/backupCodes\.groups +2 +4/);
  expect(await present()).toEqual(policy);
});

test('an organization decides only what is its own, and the explanation of a member names it', async () => {
  const { alias } = organization;
  const refused = await sparekey('set', 'demo', 'hashing.profile=strong', '--organization', alias);
  expect([refused.code, refused.err]).toEqual([
    1,
    'The policy cannot be changed so:\n  hashing.profile: is decided by the realm for everyone\n',
  ]);
  expect((await sparekey('set', 'demo', 'backupCodes.groups=3', '--organization', alias)).code).toBe(0);
  expect((await sparekey('show', 'demo', '--organization', alias)).out).toMatch(/^backupCodes\.groups +3 /m);

  const [member] = await server.storage.stores.organizations.members(realm.id, organization.id);
  const user = member && (await server.storage.stores.users.byId(realm.id, member));
  const explained = await sparekey('explain', 'demo', '--user', user?.username ?? '');
  expect(explained.out).toMatch(new RegExp(`backupCodes\\.groups +3 +organization ${alias} +stricter than`));
  expect(explained.err).toContain('must hold a second factor, because everyone must');
  const { explain } = JSON.parse((await sparekey('explain', 'demo', '--user', user?.username ?? '', '--json')).out);
  expect(Object.keys(explain)).toEqual(policySettings.map(({ path }) => path));
  const layers = ['messages.emailWaitHours', 'backupCodes.count', 'backupCodes.groups'].map(
    (path) => explain[path].from,
  );
  expect(layers).toEqual(['default', 'realm', `organization ${alias}`]);
  expect((await sparekey('explain', 'demo', '--user', 'nobody-here')).code).toBe(1);
  expect((await sparekey('show', 'demo', '--organization', 'none')).code).toBe(1);
});

test('a change made from an older version than the present one is refused', async () => {
  const { version } = await set(['freshProofSeconds=90']);
  await expect(set(['freshProofSeconds=120'], version - 1)).rejects.toMatchObject({ code: 'conflict' });
  expect((await sparekey('set', 'demo', 'freshProofSeconds=120', '--version', String(version - 1))).code).toBe(1);
  expect((await set(['freshProofSeconds=120'], version)).version).toBe(version + 1);
});

test('of ten changes made from one version one is taken, and the history has no hole', async () => {
  const { version } = await set(['backupCodes.lowThreshold=2']);
  const seconds = Array.from({ length: 10 }, (_, index) => 130 + index);
  const { fulfilled, rejected } = await race(10, (index) => set([`freshProofSeconds=${seconds[index]}`], version));
  expect([fulfilled.length, rejected.length]).toEqual([1, 9]);
  const history = await server.storage.stores.policies.history(realm.id);
  expect(history.map((change) => change.version)).toEqual(history.map((_, index) => history.length - index));
});

test('a policy that an older version stored is completed with the defaults when it is read', async () => {
  const { hashing: _later, secondFactor, ...older } = defaultPolicy;
  await server.storage.database.count({
    name: 'test_older_policy',
    text: 'update realm set policy = $2 where id = $1',
    values: [realm.id, JSON.stringify({ ...older, secondFactor: { required: secondFactor.required } })],
  });
  expect(await present()).toEqual(defaultPolicy);
});
