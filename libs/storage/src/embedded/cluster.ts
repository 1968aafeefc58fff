import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, mkdtemp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { program } from './binaries.ts';
import { isCluster, type Place } from './place.ts';
import { EmbeddedPostgresError } from './problem.ts';

/** The only role: owner of everything in this server. */
export const role = 'sparekey';

/** What a server or `initdb` gets from our environment: no PG… variable of the person may change what it does. */
export function serverEnvironment(): Record<string, string> {
  const { PATH = '', SystemRoot } = process.env;
  return { PATH, LC_ALL: 'C', ...(SystemRoot === undefined ? {} : { SystemRoot }) };
}

/** The password of the role, drawn once and kept in a file that only the owner of the data directory reads. */
export async function password(dataDirectory: string, { create }: { create: boolean }): Promise<string> {
  const file = join(dataDirectory, 'postgres-password');
  const known = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new EmbeddedPostgresError(`The password of the embedded database cannot be read: ${error.message}`);
  });
  if (known.trim() !== '') return known.trim();
  if (!create) {
    throw new EmbeddedPostgresError(`${file} is missing: put it back from the backup of the data directory.`);
  }
  const drawn = randomBytes(24).toString('base64url');
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(`${drawn}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
  return drawn;
}

/**
 * Creates the cluster if there is none. It is made under another name and renamed when complete: a start that is killed leaves
 * rubbish that the next one removes, never half a cluster. Strings sort by code point and fold by Unicode (builtin C.UTF-8), on
 * every machine alike.
 */
export async function createCluster(place: Place, secret: string, { durable }: { durable: boolean }): Promise<void> {
  if (await isCluster(place.cluster)) return;
  const parent = dirname(place.cluster);
  for (const name of await readdir(parent)) {
    if (name.startsWith('postgres.new-')) await rm(join(parent, name), { recursive: true });
  }
  const draft = await mkdtemp(join(parent, 'postgres.new-'));
  const passwordFile = join(draft, 'password');
  await writeFile(passwordFile, secret, { mode: 0o600 });
  if (place.user) {
    for (const path of [draft, passwordFile]) await chown(path, place.user.uid, place.user.gid);
  }
  await initdb(place, [
    `--pgdata=${join(draft, 'data')}`,
    `--username=${role}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    ...(durable ? [] : ['--no-sync']),
  ]);
  await rename(join(draft, 'data'), place.cluster);
  if (durable) await syncDirectory(parent);
  await rm(draft, { recursive: true });
}

async function initdb(place: Place, args: string[]): Promise<void> {
  const child = spawn(program(place.binaries, 'initdb'), args, {
    ...place.user,
    cwd: dirname(place.cluster),
    env: serverEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [output, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  if (code !== 0)
    throw new EmbeddedPostgresError(`The embedded PostgreSQL could not create its files:\n${output.trim()}`);
}

async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
