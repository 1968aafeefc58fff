import { chmod, mkdir } from 'node:fs/promises';
import pg from 'pg';
import { installedBinaries } from './binaries.ts';
import { createCluster, password, role } from './cluster.ts';
import { type Lock, takeLock } from './lock.ts';
import { endOrphan, readPostmaster } from './orphan.ts';
import { choosePlace, isCluster, type Place } from './place.ts';
import { EmbeddedPostgresError } from './problem.ts';
import { type Server, type ServerOptions, startServer } from './server.ts';

export { EmbeddedPostgresError } from './problem.ts';

export interface EmbeddedPostgres {
  /** Of the database `sparekey`, with the password in it: never to be printed. */
  readonly url: string;
  readonly pid: number;
  /** What a person would not expect about where it runs. */
  readonly note: string | undefined;
  /** Settles when the server has ended, whoever ended it, with its last lines. Never rejects. */
  readonly exited: Promise<string>;
  /** Stops it with a checkpoint and gives the data directory free. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions extends Partial<ServerOptions> {
  /** Created when absent. Holds the cluster and the password; belongs to one server at a time. */
  dataDirectory: string;
}

/** Whether that data directory has a database already; a master key must not be created beside one. */
export async function hasEmbeddedPostgres(dataDirectory: string): Promise<boolean> {
  await createDataDirectory(dataDirectory);
  return isCluster((await choosePlace(dataDirectory, await installedBinaries())).cluster);
}

/**
 * Starts PostgreSQL on a data directory, creating the cluster and the database `sparekey` when they are absent. Reachable on
 * 127.0.0.1 only, with a random password (scram-sha-256). What was committed survives the kill of this process, of the server and
 * of both: a server without owner is stopped first, and there are never two on one directory.
 *
 * @throws {EmbeddedPostgresError} when another process uses the directory, when the platform or user cannot run PostgreSQL, or with
 * PostgreSQL's own last lines.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDirectory } = options;
  await createDataDirectory(dataDirectory);
  const lock = await takeLock(dataDirectory);
  if ('heldBy' in lock) {
    const holder = lock.heldBy === 0 ? 'Another process' : `Process ${lock.heldBy}`;
    throw new EmbeddedPostgresError(
      `${holder} uses ${dataDirectory} already: stop it first, or give this one another SPAREKEY_DATA_DIR.`,
    );
  }
  try {
    return await start(options, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function start(options: EmbeddedPostgresOptions, lock: Lock): Promise<EmbeddedPostgres> {
  const { dataDirectory, durable = true } = options;
  const place = await choosePlace(dataDirectory, await installedBinaries());
  const secret = await password(dataDirectory, { create: !(await isCluster(place.cluster)) });
  await createCluster(place, secret, { durable });
  await endOrphan(place.cluster, secret);
  const server = await startServer(place, { ...options, durable });
  try {
    await createDatabase(server.port, secret);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return running(server, place, secret, lock);
}

function running(server: Server, place: Place, secret: string, lock: Lock): EmbeddedPostgres {
  const exited = server.exited.then(async (lastLines) => {
    await lock.release();
    return lastLines;
  });
  return {
    url: databaseUrl(server.port, secret),
    pid: server.pid,
    note: place.note,
    exited,
    async stop() {
      await server.stop();
      await exited;
    },
  };
}

/**
 * The database of a data directory for a short job: the server that runs there already, or one that is started for it.
 * `stop` ends only what was started here.
 */
export async function useEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<Pick<EmbeddedPostgres, 'url' | 'stop'>> {
  const { dataDirectory } = options;
  await createDataDirectory(dataDirectory);
  const deadline = performance.now() + 15_000;
  for (;;) {
    const lock = await takeLock(dataDirectory);
    if (!('heldBy' in lock)) {
      return start(options, lock).catch(async (error) => {
        await lock.release();
        throw error;
      });
    }
    const url = await runningUrl(dataDirectory);
    if (url !== undefined) return { url, stop: async () => {} };
    if (performance.now() > deadline) {
      throw new EmbeddedPostgresError(`Process ${lock.heldBy} uses ${dataDirectory}, and no PostgreSQL answers there.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function runningUrl(dataDirectory: string): Promise<string | undefined> {
  const place = await choosePlace(dataDirectory, await installedBinaries());
  if (!(await isCluster(place.cluster))) return undefined;
  const postmaster = await readPostmaster(place.cluster);
  if (!postmaster) return undefined;
  const url = databaseUrl(postmaster.port, await password(dataDirectory, { create: false }));
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return url;
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => {});
  }
}

function databaseUrl(port: number, secret: string, database = role): string {
  return `postgres://${role}:${secret}@127.0.0.1:${port}/${database}`;
}

async function createDatabase(port: number, secret: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl(port, secret) });
  try {
    await client.connect();
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code === '28P01') {
      throw new EmbeddedPostgresError(
        'The file postgres-password does not hold the password of this database: put it back.',
      );
    }
    if (code !== '3D000') throw new EmbeddedPostgresError(`The embedded PostgreSQL refuses us: ${message}`);
    const maintenance = new pg.Client({ connectionString: databaseUrl(port, secret, 'postgres') });
    await maintenance.connect();
    await maintenance.query(`create database ${role}`);
    await maintenance.end();
  } finally {
    await client.end().catch(() => {});
  }
}

async function createDataDirectory(path: string): Promise<void> {
  const created = await mkdir(path, { recursive: true });
  if (created === undefined || process.platform === 'win32') return;
  // Under root the server's user has to pass through; nobody else may list what is in it.
  await chmod(path, process.getuid?.() === 0 ? 0o711 : 0o700);
}
