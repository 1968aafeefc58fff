import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '@sparekey/storage';
import { startEmbeddedPostgres } from '@sparekey/storage/embedded';
import pg from 'pg';
import { isRunning } from './process.ts';

export interface TestPostgres {
  /** Without a database name. */
  url: string;
  stop(): Promise<void>;
}

const prefix = 'sparekey-test-';

/**
 * A PostgreSQL for one test run, with the migrated database that `createTestDatabase` copies. Quick instead of durable: it does not
 * wait for the disk. What an earlier run left behind because it was killed is stopped and removed first.
 */
export async function startTestPostgres(): Promise<TestPostgres> {
  await removeLeftovers();
  const base = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
  await chmod(base, 0o755);
  try {
    const server = await startEmbeddedPostgres({ dataDirectory: base, durable: false, maxConnections: 300 });
    const stop = async (): Promise<void> => {
      await server.stop();
      await rm(base, { recursive: true });
    };
    try {
      return { url: await createTemplate(server.url), stop };
    } catch (error) {
      await server.stop();
      throw error;
    }
  } catch (error) {
    await rm(base, { recursive: true });
    throw error;
  }
}

async function createTemplate(databaseUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('create database template_sparekey');
  await client.end();
  const url = new URL(databaseUrl);
  url.pathname = '/template_sparekey';
  await migrate(url.href);
  url.pathname = '';
  return url.href;
}

/** Directories carry the process id of their run. A start ends the server that still runs there, then everything can go. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1]);
    if (!pid || isRunning(pid)) continue;
    const directory = join(tmpdir(), name);
    try {
      await (await startEmbeddedPostgres({ dataDirectory: directory, durable: false })).stop();
    } catch {
      // Not complete, damaged or another user's: what can be removed is removed.
    }
    await rm(directory, { recursive: true, force: true }).catch(() => {});
  }
}
