import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installedBinaries } from './binaries.ts';
import { choosePlace } from './place.ts';

// What root does is decided from modes and owners alone, so an ordinary user can test it too wherever a system user exists.
let base: string;
beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'sparekey-place-')));
  await chmod(base, 0o755);
});
afterEach(() => rm(base, { recursive: true }));

test('an ordinary user keeps the database in the data directory', async () => {
  const place = await choosePlace(base, await installedBinaries(), { root: false });
  expect(place).toMatchObject({ cluster: join(base, 'postgres') });
  expect(place.user).toBeUndefined();
});

const asRoot = process.getuid?.() === 0 ? describe : describe.skip;

asRoot('root', () => {
  test('an existing cluster runs as its owner, whoever that is', async () => {
    const cluster = join(base, 'postgres');
    await mkdir(cluster);
    await writeFile(join(cluster, 'PG_VERSION'), '18\n');
    await import('node:fs/promises').then(({ chown }) => chown(cluster, 4321, 4321));
    expect((await choosePlace(base, await installedBinaries())).user).toEqual({ uid: 4321, gid: 4321 });
  });
});
