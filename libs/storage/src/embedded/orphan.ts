import { readFile, readlink, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { EmbeddedPostgresError } from './problem.ts';

export interface Postmaster {
  pid: number;
  port: number;
}

/** What `postmaster.pid` says; undefined when there is no such file or it is not complete. */
export async function readPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const content = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  // PostgreSQL's miscadmin.h: line 1 is the process id, line 4 the port.
  const lines = content.split('\n');
  const pid = Number(lines[0]);
  return pid > 0 ? { pid, port: Number(lines[3]) || 0 } : undefined;
}

/**
 * Ends the server that a killed process left behind on this cluster, with a checkpoint, so that the next one starts on a clean
 * state under an owner that hears its end. (An adopted server would be nobody's child.) The caller holds the lock of the data
 * directory, so whatever still runs there has no owner, and starts the next server itself.
 */
export async function endOrphan(cluster: string, password: string): Promise<void> {
  const postmaster = await readPostmaster(cluster);
  if (!postmaster || !isAlive(postmaster.pid)) return;
  if (await serves(postmaster, cluster, password)) await end(postmaster, cluster, password);
  if ((await readPostmaster(cluster))?.pid === postmaster.pid) await declareStale(cluster);
}

async function end(postmaster: Postmaster, cluster: string, password: string): Promise<void> {
  for (const [signal, seconds] of [
    ['SIGINT', 30], // fast: rolls back what is open, writes a checkpoint
    ['SIGQUIT', 10], // immediate: the next start replays the log
  ] as const) {
    process.kill(postmaster.pid, signal);
    if (await ended(postmaster, cluster, password, seconds)) return;
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL (process ${postmaster.pid}) still runs on ${cluster} and does not stop: end that process, then start again.`,
  );
}

/**
 * Tells PostgreSQL that the process id in `postmaster.pid` is no server: it is somebody else's since the machine was restarted, or a
 * killed server's that nobody has collected. PostgreSQL only asks whether the process exists, and would refuse for ever.
 * The file is not removed, against which PostgreSQL's manual warns: it also names the shared memory of the killed server, whose own
 * processes may still write and are waited for. So the id becomes that of the next server's parent, which PostgreSQL knows to be
 * no server (CreateLockFile in miscinit.c).
 */
async function declareStale(cluster: string): Promise<void> {
  const file = join(cluster, 'postmaster.pid');
  await writeFile(file, (await readFile(file, 'utf8')).replace(/^\d+/, String(process.pid)));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether that process is a PostgreSQL on this very cluster, and not a later process with the same id. */
async function serves({ pid, port }: Postmaster, cluster: string, password: string): Promise<boolean> {
  const directory = await realpath(cluster);
  // A server's working directory is its cluster. A zombie has none.
  if (process.platform === 'linux') return (await readlink(`/proc/${pid}/cwd`).catch(() => undefined)) === directory;
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'sparekey', password, database: 'postgres' });
  try {
    await client.connect();
    const { rows } = await client.query('show data_directory');
    return (await realpath(rows[0].data_directory)) === directory;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

async function ended(postmaster: Postmaster, cluster: string, password: string, seconds: number): Promise<boolean> {
  const deadline = performance.now() + seconds * 1000;
  while (isAlive(postmaster.pid) && (await serves(postmaster, cluster, password))) {
    if (performance.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return true;
}
