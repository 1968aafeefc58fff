import { randomBytes } from 'node:crypto';
import pg from 'pg';

export interface TestDatabase {
  url: string;
  /** Drops it; fails when a pool or client of the test is still connected. */
  drop(): Promise<void>;
}

async function asAdministrator<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: `${process.env.SPAREKEY_TEST_POSTGRES}/postgres` });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** A fresh copy of the migrated template, for one test file. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdministrator((client) => client.query(`create database ${name} template template_sparekey`));
  return {
    url: `${process.env.SPAREKEY_TEST_POSTGRES}/${name}`,
    drop: () =>
      asAdministrator(async (client) => {
        await client.query(`drop database ${name}`);
      }),
  };
}
