import { randomBytes } from 'node:crypto';
import pg from 'pg';

export interface TestDatabase {
  url: string;
  /** One statement, for looking at what the product stored and for moving its past: with a connection of its own. */
  query<Row extends pg.QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /**
   * Drops it. Rejects, after dropping it all the same, when something is still connected: a pool or client that the test or the
   * code under test forgot to close. The message names the connection by its application name and last statement.
   */
  drop(): Promise<void>;
}

/** A fresh copy of the migrated template, for one test file. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdministrator((client) => client.query(`create database ${name} template template_sparekey`));
  return {
    url: `${serverUrl()}/${name}`,
    query: <Row extends pg.QueryResultRow>(sql: string, values: readonly unknown[] = []) =>
      connectedTo(name, async (client) => (await client.query<Row>(sql, [...values])).rows),
    drop: () =>
      asAdministrator(async (client) => {
        const open = await openConnections(client, name);
        await client.query(`drop database ${name} with (force)`);
        if (open.length > 0) throw new Error(`${open.length} connection(s) were left open:\n${open.join('\n')}`);
      }),
  };
}

/** The database of one test file: made before its first test, dropped (leaks fail the file) after its last. */
export function useTestDatabase(): { readonly url: string } {
  let database: TestDatabase | undefined;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database?.drop());
  return {
    get url() {
      if (!database) throw new Error('the database exists from beforeAll on');
      return database.url;
    },
  };
}

function serverUrl(): string {
  const url = process.env.SPAREKEY_TEST_POSTGRES;
  if (!url) throw new Error('no test server: give the project a jest configuration with database: true');
  return url;
}

const asAdministrator = <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => connectedTo('postgres', work);

async function connectedTo<T>(database: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: `${serverUrl()}/${database}` });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Who is still connected after a second: a connection that was closed properly takes a moment to leave the list. */
async function openConnections(client: pg.Client, database: string): Promise<string[]> {
  for (const deadline = performance.now() + 1000; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
    const { rows } = await client.query<{ application_name: string; state: string; query: string }>(
      `select application_name, state, query from pg_stat_activity where datname = $1 and backend_type = 'client backend'`,
      [database],
    );
    if (rows.length === 0) return [];
    if (performance.now() > deadline) {
      return rows.map((row) => `  ${row.application_name || '(no application_name)'}, ${row.state}: ${row.query}`);
    }
  }
}
