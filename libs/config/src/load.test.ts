import { join } from 'node:path';
import { exactEnvironment, loadSettings } from './load.ts';
import { SettingsError } from './problem.ts';
import type { Environment } from './settings.ts';

function problems(env: Environment): Record<string, string> {
  try {
    loadSettings(env);
  } catch (error) {
    if (error instanceof SettingsError) return Object.fromEntries(error.problems.map((one) => [one.setting, one.text]));
    throw error;
  }
  return {};
}

const deployed = {
  DATABASE_URL: 'postgres://sparekey:geheim@db/sparekey',
  SPAREKEY_MASTER_KEY_FILE: '/run/secrets/key',
};

test('without any variable: embedded database, demo, and nothing open to the network', () => {
  expect(loadSettings({})).toEqual({
    port: 8080,
    managementPort: 9000,
    listenAddress: '127.0.0.1',
    url: 'http://localhost:8080',
    databaseUrl: undefined,
    databasePoolSize: 10,
    dataDirectory: join(import.meta.dirname, '../../../.sparekey'),
    masterKey: { file: join(import.meta.dirname, '../../../.sparekey/master-key') },
    bootstrapAdmin: undefined,
    bootstrapClient: undefined,
    importRealms: [],
    trustedProxies: [],
    outboundAllow: ['127.0.0.0/8', '::1/128'],
    geoipFile: undefined,
    badNetworksFile: undefined,
    breachedPasswords: undefined,
    demo: true,
    demoRpPort: 8090,
    logLevel: 'info',
  });
});

test('with DATABASE_URL: no demo, no private address may be called, every interface is open', () => {
  const settings = loadSettings(deployed);
  expect(settings).toMatchObject({ demo: false, outboundAllow: [], listenAddress: '0.0.0.0' });
});

test('DATABASE_URL without a master key is refused, and the message says how to write one', () => {
  expect(problems({ DATABASE_URL: deployed.DATABASE_URL })).toEqual({
    SPAREKEY_MASTER_KEY_FILE: expect.stringContaining('openssl rand -base64 32'),
  });
});

test('leaked passwords are looked up in one list, in a file that can be read or over https', () => {
  const url = 'https://api.pwnedpasswords.com/range/';
  expect(loadSettings({ SPAREKEY_BREACHED_PASSWORDS_URL: url }).breachedPasswords).toEqual({ url });
  for (const bad of [
    'http://leaks.example/range/',
    'ftp://leaks.example/',
    'https://me:secret@leaks.example/',
    'range',
  ])
    expect(Object.keys(problems({ SPAREKEY_BREACHED_PASSWORDS_URL: bad }))).toEqual([
      'SPAREKEY_BREACHED_PASSWORDS_URL',
    ]);
  const both = { SPAREKEY_BREACHED_PASSWORDS_URL: url, SPAREKEY_BREACHED_PASSWORDS_FILE: import.meta.filename };
  expect(Object.keys(problems(both))).toEqual(['SPAREKEY_BREACHED_PASSWORDS_URL']);
  const missing = '/nowhere/leaked.txt';
  expect(problems({ SPAREKEY_BREACHED_PASSWORDS_FILE: missing })).toEqual({
    SPAREKEY_BREACHED_PASSWORDS_FILE: expect.stringContaining(missing),
  });
});

test('all problems come at once, each with what to do', () => {
  expect(
    problems({
      SPAREKEY_PORT: '80a',
      SPAREKEY_MANAGEMENT_PORT: '70000',
      SPAREKEY_URL: 'http://login.example.com',
      DATABASE_URL: 'mysql://root@db/x',
      SPAREKEY_MASTER_KEY: 'x',
      SPAREKEY_DEMO: 'yes',
      SPAREKEY_BOOTSTRAP_ADMIN_USERNAME: 'root',
      SPAREKEY_BOOTSTRAP_ADMIN_CLIENT_SECRET: 'a-long-secret',
      SPAREKEY_TRUSTED_PROXIES: '10.0.0.0/8, proxy.local',
      SPAREKEY_PROT: '1',
      SPAREKEY_LOG_LEVEL: 'loud',
    }),
  ).toEqual({
    SPAREKEY_PORT: 'use a whole number from 1 to 65535',
    SPAREKEY_MANAGEMENT_PORT: 'use a whole number from 1 to 65535',
    SPAREKEY_URL: expect.stringContaining('use https'),
    DATABASE_URL: 'use postgres://user:password@host:5432/database',
    SPAREKEY_DEMO: 'use 1 for yes or 0 for no',
    SPAREKEY_BOOTSTRAP_ADMIN_PASSWORD: expect.stringContaining(
      'set it too, or unset SPAREKEY_BOOTSTRAP_ADMIN_USERNAME',
    ),
    SPAREKEY_BOOTSTRAP_ADMIN_CLIENT_ID: expect.stringContaining('set it too'),
    SPAREKEY_TRUSTED_PROXIES: expect.stringContaining('"proxy.local" is no address'),
    SPAREKEY_PROT: expect.stringContaining('is not a setting'),
    SPAREKEY_LOG_LEVEL: expect.stringContaining('use one of trace, debug'),
  });
});

test('no message repeats a secret', () => {
  const env = {
    DATABASE_URL: 'http://u:canary-one@db/x',
    SPAREKEY_MASTER_KEY: 'canary-two',
    SPAREKEY_BOOTSTRAP_ADMIN_USERNAME: 'admin',
    SPAREKEY_BOOTSTRAP_ADMIN_PASSWORD: 'canary',
  };
  expect(() => loadSettings(env)).toThrow(SettingsError);
  expect(() => loadSettings(env)).not.toThrow(/canary/);
});

test('an empty variable counts as absent', () => {
  expect(loadSettings({ SPAREKEY_PORT: '', SPAREKEY_URL: ' ', DATABASE_URL: '' }).port).toBe(8080);
});

test.each([
  ['https://login.example.com/', 'https://login.example.com'],
  ['http://localhost:8080', 'http://localhost:8080'],
  ['http://[::1]:8080', 'http://[::1]:8080'],
  ['http://demo.localhost', 'http://demo.localhost'],
])('SPAREKEY_URL %s is taken as %s', (given, taken) => {
  expect(loadSettings({ SPAREKEY_URL: given }).url).toBe(taken);
});

test.each([
  'login.example.com',
  'ftp://example.com',
  'http://localhost.example.com',
  'https://me:pw@example.com',
  'https://example.com/auth',
  'https://example.com/?a',
])('SPAREKEY_URL %s is refused', (given) => {
  expect(Object.keys(problems({ SPAREKEY_URL: given }))).toEqual(['SPAREKEY_URL']);
});

test('proxies are kept as ranges, and half-written addresses that some readers accept are refused', () => {
  expect(loadSettings({ SPAREKEY_TRUSTED_PROXIES: '10.0.0.1, fd00::/8,::1' }).trustedProxies).toEqual([
    '10.0.0.1/32',
    'fd00::/8',
    '::1/128',
  ]);
  for (const sloppy of ['127.1', '0x7f.0.0.1', '10.0.0.0/33', '1']) {
    expect(problems({ SPAREKEY_TRUSTED_PROXIES: sloppy })).toHaveProperty('SPAREKEY_TRUSTED_PROXIES');
  }
});

test('no two servers are given one port, the provisioner next to the management port included', () => {
  expect(problems({ SPAREKEY_PORT: '9001', SPAREKEY_DEMO_RP_PORT: '9000' })).toEqual({
    'SPAREKEY_MANAGEMENT_PORT + 1 (the provisioner)': expect.stringContaining('9001 is SPAREKEY_PORT already'),
    SPAREKEY_DEMO_RP_PORT: expect.stringContaining('9000 is SPAREKEY_MANAGEMENT_PORT already'),
  });
});

test('a realm file that cannot be read is named before anything starts', () => {
  expect(problems({ SPAREKEY_IMPORT_REALMS: `${import.meta.filename},/nowhere/realm.json` })).toEqual({
    SPAREKEY_IMPORT_REALMS: expect.stringContaining('/nowhere/realm.json cannot be read'),
  });
});

test('what Kubernetes injects for a service called sparekey is recognised', () => {
  expect(problems({ SPAREKEY_PORT: 'tcp://10.0.0.7:80' }).SPAREKEY_PORT).toContain('enableServiceLinks: false');
});

test('a child that gets the exact environment resolves to the very same settings', () => {
  const settings = loadSettings({
    SPAREKEY_BOOTSTRAP_ADMIN_USERNAME: 'admin',
    SPAREKEY_BOOTSTRAP_ADMIN_PASSWORD: 'correct horse',
    SPAREKEY_TRUSTED_PROXIES: '10.0.0.1',
  });
  const handedOn = { ...settings, databaseUrl: 'postgres://sparekey@127.0.0.1:5432/sparekey' };
  expect(loadSettings(exactEnvironment(handedOn))).toEqual(handedOn);
});
