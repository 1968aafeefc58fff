import { createServer } from 'node:net';
import pg from 'pg';
import { createTestDatabase } from '../../testing/src/index.ts';
import { explainDatabaseError } from './database-problem.ts';
import { migrate } from './migrate.ts';

async function problem(databaseUrl: string): Promise<string | undefined> {
  const error = await migrate(databaseUrl).catch((caught: unknown) => caught);
  return explainDatabaseError(error, databaseUrl);
}

function serverUrl(change: (url: URL) => void): string {
  const url = new URL(process.env.SPAREKEY_TEST_POSTGRES ?? '');
  url.pathname = '/postgres';
  change(url);
  return url.href;
}

test.each<[string, (url: URL) => void, string]>([
  [
    'a wrong password',
    (url) => {
      url.password = 'canary';
    },
    'refuses the user or the password',
  ],
  [
    'a database that does not exist',
    (url) => {
      url.pathname = '/nowhere';
    },
    'nowhere does not exist: create it',
  ],
  [
    'a host that does not exist',
    (url) => {
      url.hostname = 'db.invalid';
    },
    'is not known',
  ],
])('%s is named with what to do', async (_, change, expected) => {
  const found = await problem(serverUrl(change));
  expect(found).toContain(expected);
  expect(found).not.toContain('canary');
});

test('a port where nothing answers is named with what to do', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  expect(
    await problem(
      serverUrl((url) => {
        url.port = String(port);
      }),
    ),
  ).toContain(`no PostgreSQL answers at 127.0.0.1:${port}`);
});

test('a user who may not create tables is named with what to do', async () => {
  const database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(`create role guest_${process.pid} login password 'guest'`);
  await client.query('drop schema public cascade; create schema public');
  await client.end();
  const url = new URL(database.url);
  url.username = `guest_${process.pid}`;
  url.password = 'guest';
  expect(await problem(url.href)).toContain('make it the owner of the database');
  await database.drop();
});

test('a schema newer than the program is named', async () => {
  const database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(`insert into knex_migrations (name, batch, migration_time) values ('9999_future.ts', 99, now())`);
  await client.end();
  expect(await problem(database.url)).toContain('migrated by a newer version');
  await database.drop();
});

test('any other error is not explained away', () => {
  expect(explainDatabaseError(new TypeError('x is undefined'), 'postgres://u:p@h/d')).toBeUndefined();
});
