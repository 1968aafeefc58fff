import { join } from 'node:path';
import knexFactory from 'knex';

const directory = join(import.meta.dirname, '..', 'migrations');

/** Brings the schema to the newest version; forward only; safe to run from several processes at once. */
export async function migrate(databaseUrl: string): Promise<void> {
  const knex = knexFactory({ client: 'pg', connection: databaseUrl, pool: { min: 0, max: 1 } });
  try {
    await knex.migrate.latest({ directory, loadExtensions: ['.ts'] });
  } finally {
    await knex.destroy();
  }
}
