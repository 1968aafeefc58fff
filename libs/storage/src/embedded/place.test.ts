import { chmod, chown, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { choosePlace } from './place.ts';

// What root does follows from modes and owners alone, so that it is tested under whatever user runs the tests.
const stranger = { uid: 4321, gid: 4321 };
let base: string;
let binaries: Binaries;
let asRoot: Parameters<typeof choosePlace>[2];
beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'sparekey-place-')));
  await chmod(base, 0o755);
  for (const directory of ['data', 'system', 'native/bin']) await mkdir(join(base, directory), { recursive: true });
  await writeFile(join(base, 'native/bin/postgres'), 'the server');
  binaries = { root: join(base, 'native'), version: '18.4' };
  asRoot = { root: true, systemDirectory: join(base, 'system'), systemUser: async () => stranger };
});
afterEach(async () => {
  for (const directory of ['data', 'native']) await chmod(join(base, directory), 0o755);
  await rm(base, { recursive: true });
});

async function givenCluster(directory: string): Promise<void> {
  await mkdir(directory);
  await writeFile(join(directory, 'PG_VERSION'), '18\n');
}

test('an ordinary user keeps the database in the data directory, whatever its mode', async () => {
  await chmod(join(base, 'data'), 0o700);
  const place = await choosePlace(join(base, 'data'), binaries, { root: false });
  expect(place).toEqual({ cluster: join(base, 'data/postgres'), binaries });
});

test('root keeps it there too, under the system user, where that user can pass', async () => {
  const place = await choosePlace(join(base, 'data'), binaries, asRoot);
  expect(place).toEqual({ cluster: join(base, 'data/postgres'), binaries, user: stranger });
});

test('where the system user cannot pass, database and programs are kept elsewhere, the person is told, and it stays there', async () => {
  await chmod(join(base, 'data'), 0o700);
  await chmod(join(base, 'native'), 0o700);
  const place = await choosePlace(join(base, 'data'), binaries, asRoot);
  expect(place.cluster).toMatch(new RegExp(`^${base}/system/.+/postgres$`));
  expect(place.binaries.root).toBe(join(base, 'system/postgresql-18.4'));
  expect(await readFile(join(place.binaries.root, 'bin/postgres'), 'utf8')).toBe('the server');
  expect(place.note).toContain(`could not pass through ${base}/data`);

  await mkdir(join(place.cluster, '..'), { recursive: true });
  await givenCluster(place.cluster);
  await chmod(join(base, 'data'), 0o755);
  expect((await choosePlace(join(base, 'data'), binaries, asRoot)).cluster).toBe(place.cluster);
});

test('an existing database runs as its owner, whoever that is', async () => {
  const cluster = join(base, 'data/postgres');
  await givenCluster(cluster);
  const owner = process.getuid?.() === 0 ? 1234 : (process.getuid?.() ?? 0);
  await chown(cluster, owner, process.getgid?.() ?? 0);
  expect((await choosePlace(join(base, 'data'), binaries, asRoot)).user?.uid).toBe(owner);
});

test('an existing database that its owner can no longer reach is an error, never an empty second one', async () => {
  const cluster = join(base, 'data/postgres');
  await givenCluster(cluster);
  if (process.getuid?.() === 0) await chown(cluster, 1234, 1234);
  await chmod(join(base, 'data'), process.getuid?.() === 0 ? 0o700 : 0o677);
  await expect(choosePlace(join(base, 'data'), binaries, asRoot)).rejects.toThrow(/chmod o\+x|cannot be read/);
});
