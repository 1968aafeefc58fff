import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeSettings, loadMasterKey, loadSettings } from '@sparekey/config';
import { interpolate, readCompose, variablesOf } from './deployment/compose-file.ts';
import { composeProblems, ourServices } from './deployment/compose-problems.ts';

// No Docker engine is needed: what a container would be given is checked against what the code takes.

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const text = read('docker-compose.yml');
const environmentFile = Object.fromEntries(
  read('deploy/.env.example')
    .split('\n')
    .filter((line) => /^[A-Z]/.test(line))
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
);
/** A .env as the how-to has people write it. */
const filledIn = {
  ...environmentFile,
  SPAREKEY_DATABASE_PASSWORD: 'c0ffee',
  SPAREKEY_BOOTSTRAP_ADMIN_PASSWORD: 'correct horse battery',
};
const compose = readCompose(interpolate(text, filledIn));
const caddyfile = read('deploy/Caddyfile');

test('everything the compose file names exists, becomes ready, and has no right it does not use', () => {
  expect(composeProblems(compose, root)).toEqual([]);
});

test('two providers stand behind the proxy, with one provisioner, a database and a one-shot migration', () => {
  const ours = ourServices(compose).map(([name, service]) => [name, service.command?.join(' ')]);
  expect(ours).toEqual([
    ['migrate', 'tools/sparekey/main.ts migrate'],
    ['provider-1', 'apps/provider/src/main.ts'],
    ['provider-2', 'apps/provider/src/main.ts'],
    ['provisioner', 'apps/provisioner/src/main.ts'],
  ]);
  expect(compose.services.database?.image).toMatch(/^postgres:18/);
  expect(compose.services.mail?.profiles).toEqual(['trial']);
});

test('the settings each process gets are accepted by the schema, with the key from its file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'compose-'));
  try {
    const key = join(folder, 'master-key');
    writeFileSync(key, `${Buffer.alloc(32, 1).toString('base64')}\n`);
    for (const [name, service] of ourServices(compose)) {
      const given = service.environment;
      expect([name, given.SPAREKEY_MASTER_KEY_FILE]).toEqual([name, '/run/secrets/master-key']);
      expect([name, service.secrets]).toEqual([name, ['master-key']]);
      const settings = loadSettings({ ...given, SPAREKEY_MASTER_KEY_FILE: key });
      expect([name, settings]).toEqual([
        name,
        expect.objectContaining({ url: 'https://login.example.com', demo: false, trustedProxies: ['172.30.99.2/32'] }),
      ]);
      expect(loadMasterKey(settings)).toHaveLength(32);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('only settings that exist are set, and the example names every variable that is asked for', () => {
  const settings = describeSettings().map((setting) => setting.name);
  for (const [name, service] of ourServices(compose)) {
    expect([name, Object.keys(service.environment).filter((key) => !settings.includes(key))]).toEqual([name, []]);
  }
  expect([...variablesOf(text).keys()].sort()).toEqual(Object.keys(environmentFile).sort());
});

test('a deployment does not come up with a password left empty', () => {
  expect(() => interpolate(text, environmentFile)).toThrow('SPAREKEY_DATABASE_PASSWORD is required');
  expect(() => interpolate(text, {})).toThrow('is required');
});

test('the proxy leads to the providers, on the ports that they listen on', () => {
  const { port, managementPort } = loadSettings({
    DATABASE_URL: 'postgres://a@b/c',
    SPAREKEY_MASTER_KEY_FILE: '/run/secrets/master-key',
  });
  const upstreams = /reverse_proxy (.*) \{/.exec(caddyfile)?.[1]?.split(' ');
  expect(upstreams).toEqual([`provider-1:${port}`, `provider-2:${port}`]);
  expect(caddyfile).toContain(`health_port ${managementPort}`);
  expect(caddyfile).toContain('health_uri /health/ready');
  expect(caddyfile).toContain('{$SPAREKEY_URL} {');
});

test('the one trusted proxy is the proxy, and no stranger can take its address', () => {
  const address = compose.services.proxy?.networks.inside?.ipv4_address;
  for (const [, service] of ourServices(compose)) expect(service.environment.SPAREKEY_TRUSTED_PROXIES).toBe(address);
});

test('only what must reaches outside, and no port but those of the proxy is open to others', () => {
  const outside = Object.entries(compose.services).filter(([, service]) => 'outside' in service.networks);
  expect(outside.map(([name]) => name)).toEqual(['provisioner', 'proxy', 'mail']);
  expect(compose.networks.inside?.internal).toBe(true);
  const open = Object.entries(compose.services).flatMap(([name, { ports }]) =>
    ports.filter((port) => !port.startsWith('127.0.0.1:')).map((port) => `${name} ${port}`),
  );
  expect(open).toEqual(['proxy 80:80', 'proxy 443:443']);
});

test('a container is given longer to stop than a provider takes to drain', () => {
  for (const [, service] of ourServices(compose)) expect(service.stop_grace_period).toBe('20s');
});

test('secrets are kept out of the repository and of the image', () => {
  const secret = compose.secrets['master-key']?.file.replace(/^\.\//, '') ?? '';
  expect(secret).toBe('deploy/secrets/master-key');
  expect(read('deploy/secrets/.gitignore')).toContain('*\n');
  expect(read('.gitignore').split('\n')).toContain('.env');
  expect(read('.dockerignore').split('\n')).toEqual(
    expect.arrayContaining(['deploy/secrets', '.env', '.sparekey', '.git']),
  );
});

describe('canary: a broken compose file is reported', () => {
  const broken = (from: string | RegExp, to: string) => {
    const changed = interpolate(text, filledIn).replace(from, to);
    expect(changed).not.toBe(interpolate(text, filledIn));
    return composeProblems(readCompose(changed), root);
  };
  test.each([
    [
      'a command that does not exist',
      'apps/provisioner/src/main.ts',
      'apps/provisioner/src/gone.ts',
      'gone.ts does not exist',
    ],
    ['a mount that does not exist', './deploy/Caddyfile', './deploy/Gone', './deploy/Gone does not exist'],
    ['an unknown secret', /secrets:\n {4}- master-key/, 'secrets:\n    - other', 'there is no secret other'],
    ['an unknown volume', '- database:/var', '- gone:/var', 'there is no volume gone'],
    [
      'an unknown network',
      /networks:\n {6}- inside\n {4}healthcheck:/,
      'networks:\n      - gone\n    healthcheck:',
      'there is no network gone',
    ],
    [
      'an unknown service',
      'provider-2:\n        condition',
      'provider-3:\n        condition',
      'there is no service provider-3',
    ],
    ['a wait for a job that restarts', 'restart: "no"', 'restart: always', 'migrate never completes'],
    [
      'a wait for a check that is off',
      'service_completed_successfully',
      'service_healthy',
      'migrate has no health check',
    ],
    ['a writable container', 'read_only: true', 'read_only: false', 'its file system can be written'],
    ['kept capabilities', /cap_drop:\n {4}- ALL/, 'cap_drop:\n    - CHOWN', 'keeps capabilities'],
  ])('%s', (_title, from, to, problem) => {
    expect(broken(from, to).join('\n')).toContain(problem);
  });

  test.each([
    ['a key that compose does not know', 'restart: unless-stopped', 'restrat: unless-stopped'],
    ['a key given twice', 'name: sparekey', 'name: sparekey\nname: other'],
    ['a number where a text belongs', 'SPAREKEY_LOG_LEVEL: info', 'SPAREKEY_LOG_LEVEL: 1'],
    ['a port that is a sexagesimal number', '- 80:80', '- 80'],
    ['an image without a tag', 'image: caddy:2', 'image: caddy'],
  ])('%s does not parse', (_title, from, to) => {
    const changed = interpolate(text, filledIn).replace(from, to);
    expect(changed).not.toBe(interpolate(text, filledIn));
    expect(() => readCompose(changed)).toThrow();
  });
});
