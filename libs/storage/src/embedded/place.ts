import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Binaries } from './binaries.ts';
import { EmbeddedPostgresError } from './problem.ts';

const run = promisify(execFile);

export interface SystemUser {
  uid: number;
  gid: number;
}

/** Where the server keeps its data, which programs it runs and as whom. */
export interface Place {
  cluster: string;
  binaries: Binaries;
  /** Undefined: as the user of this process. */
  user?: SystemUser;
  /** What a person would not expect, for the start to print. */
  note?: string;
}

/** A complete cluster; a directory that `initdb` did not finish never gets this name. */
export async function isCluster(directory: string): Promise<boolean> {
  return stat(join(directory, 'PG_VERSION')).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return false;
      throw new EmbeddedPostgresError(
        `The database in ${directory} cannot be read (${error.code}): start as the user who created it, or choose another SPAREKEY_DATA_DIR.`,
      );
    },
  );
}

/**
 * Chooses the place for a data directory, which must exist. An ordinary user gets `postgres` below it. PostgreSQL refuses to run as
 * root, so root starts it as the owner of the existing cluster, or as the system user `postgres`; where that user cannot reach the
 * data directory or the programs (a clone below /root), both are kept below `systemDirectory`. Once a cluster exists, only its own
 * place is ever chosen: an empty second database would look like lost data.
 */
export async function choosePlace(
  dataDirectory: string,
  binaries: Binaries,
  options: { systemDirectory?: string; root?: boolean; systemUser?: () => Promise<SystemUser> } = {},
): Promise<Place> {
  const { systemDirectory = '/var/lib/sparekey', root = process.getuid?.() === 0, systemUser = postgresUser } = options;
  const directory = await realpath(dataDirectory);
  const cluster = join(directory, 'postgres');
  if (!root) return { cluster, binaries };

  if (await isCluster(cluster)) {
    const { uid, gid } = await stat(cluster);
    const user = uid === 0 ? await systemUser() : { uid, gid };
    const closed = await closedDirectory(cluster, user);
    if (closed !== undefined) {
      throw new EmbeddedPostgresError(
        `The database in ${cluster} belongs to user ${user.uid}, who cannot pass through ${closed}: chmod o+x ${closed}`,
      );
    }
    return { cluster, binaries: await reachable(binaries, user, systemDirectory), user };
  }

  const name = `${basename(dirname(directory))}-${createHash('sha256').update(directory).digest('hex').slice(0, 12)}`;
  const elsewhere = join(systemDirectory, name);
  const user = await systemUser();
  const closed = await closedDirectory(cluster, user);
  const place = { binaries: await reachable(binaries, user, systemDirectory), user };
  if (closed === undefined && !(await isCluster(join(elsewhere, 'postgres')))) return { cluster, ...place };
  await mkdir(elsewhere, { recursive: true, mode: 0o711 });
  const note = `The database is kept in ${elsewhere}: PostgreSQL does not run as root, and its user could not pass through ${closed ?? directory}.`;
  return { cluster: join(elsewhere, 'postgres'), ...place, note };
}

async function postgresUser(): Promise<SystemUser> {
  const known = await identity('postgres');
  if (known) return known;
  try {
    await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']);
  } catch (error) {
    throw new EmbeddedPostgresError(
      `PostgreSQL does not run as root, and the system user "postgres" could not be created (${(error as Error).message.trim()}). ` +
        'Start as an ordinary user, create that user, or set DATABASE_URL.',
    );
  }
  const created = await identity('postgres');
  if (created) return created;
  throw new EmbeddedPostgresError(
    'The system user "postgres" was created and is not there. Start as an ordinary user.',
  );
}

async function identity(name: string): Promise<SystemUser | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

/** The first directory above `path` that the user may not pass through; undefined when there is none. */
async function closedDirectory(path: string, user: SystemUser): Promise<string | undefined> {
  const above: string[] = [];
  for (let directory = dirname(path); ; directory = dirname(directory)) {
    above.unshift(directory);
    if (directory === dirname(directory)) break;
  }
  for (const directory of above) {
    const { mode, uid, gid } = await stat(directory);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return directory;
  }
  return undefined;
}

/** The programs themselves, or a copy that the user can reach, made once for each build of PostgreSQL. */
async function reachable(binaries: Binaries, user: SystemUser, systemDirectory: string): Promise<Binaries> {
  if ((await closedDirectory(join(binaries.root, 'bin', 'postgres'), user)) === undefined) return binaries;
  const copy = join(systemDirectory, `postgresql-${binaries.version}`);
  const there = (): Promise<boolean> => stat(copy).then(Boolean, () => false);
  if (!(await there())) {
    await mkdir(systemDirectory, { recursive: true, mode: 0o711 });
    const draft = await mkdtemp(join(systemDirectory, 'copying-'));
    try {
      await cp(binaries.root, join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
      await rename(join(draft, 'native'), copy);
    } catch (error) {
      if (!(await there())) throw error;
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }
  return { ...binaries, root: copy };
}
