import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import { race, startProcess } from '../../testing/src/index.ts';
import { migrate } from './migrate.ts';

const server = process.env.SPAREKEY_TEST_POSTGRES;
let name: string;
let url: string;
let client: pg.Client;

async function asAdministrator(statement: string): Promise<number> {
  const administrator = new pg.Client({ connectionString: `${server}/postgres` });
  await administrator.connect();
  const { rowCount } = await administrator.query(statement).finally(() => administrator.end());
  return rowCount ?? 0;
}

beforeEach(async () => {
  name = `empty_${randomBytes(6).toString('hex')}`;
  url = `${server}/${name}`;
  await asAdministrator(`create database ${name}`);
  client = new pg.Client({ connectionString: url });
  await client.connect();
});
afterEach(async () => {
  await client.end();
  await asAdministrator(`drop database ${name}`);
});

async function applied(): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>('select name from knex_migrations order by id');
  return rows.map((row) => row.name);
}

/** Looked at from outside: a transaction sees one snapshot of pg_stat_activity. */
async function untilMigrationIsBlocked(): Promise<void> {
  const blocked = `select from pg_stat_activity
    where application_name = 'sparekey-migrate' and datname = '${name}' and wait_event_type = 'Lock'`;
  while ((await asAdministrator(blocked)) === 0);
}

test('six that migrate at once leave every migration applied once, in order', async () => {
  const { rejected } = await race(6, async (_, barrier) => {
    await barrier();
    await migrate(url);
  });
  expect(rejected).toEqual([]);
  const names = await applied();
  expect(names.length).toBeGreaterThan(15);
  expect(names).toEqual([...new Set(names)].sort());
});

test('a process killed in the middle leaves nothing behind, and the next one completes', async () => {
  await client.query('begin; create table outbox (in_the_way int)');
  const child = await startProcess({
    entry: join(import.meta.dirname, '../test/migrate-process.ts'),
    env: { DATABASE_URL: url },
    readyLine: 'migrating',
  });
  await untilMigrationIsBlocked();
  await child.kill();
  await client.query('rollback');
  await migrate(url);
  expect(await applied()).toContain('0014_outbox');
});

test('a migration that cannot get a lock gives up within seconds and leaves nothing behind', async () => {
  await client.query('begin; create table outbox (in_the_way int)');
  await expect(migrate(url)).rejects.toMatchObject({ code: 'overloaded' });
  await client.query('rollback');
  await migrate(url);
});

test('a lock row of knex that a killed process left does not stop anyone', async () => {
  await migrate(url);
  await client.query('update knex_migrations_lock set is_locked = 1');
  await client.query(`delete from knex_migrations where name = '0015_user_claims'; drop function user_claims`);
  await migrate(url);
  expect(await applied()).toContain('0015_user_claims');
});

test('a database of a newer version is refused by the name of what is unknown', async () => {
  await migrate(url);
  await client.query(`insert into knex_migrations (name, batch, migration_time) values ('9999_future', 9, now())`);
  await expect(migrate(url)).rejects.toThrow(/newer version of Sparekey \(9999_future\)/);
});

test('a server that is not there is refused', async () => {
  await expect(migrate('postgres://nobody@127.0.0.1:1/none')).rejects.toMatchObject({ code: 'unavailable' });
});
