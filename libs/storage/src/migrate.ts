import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AppError } from '@sparekey/contracts';
import knexFactory, { type Knex } from 'knex';
import { sqlError } from './database/sql-error.ts';

const directory = join(import.meta.dirname, '..', 'migrations');

/** Any two processes that migrate one database agree on this number: 'sparekey' in ASCII. */
const ADVISORY_LOCK = '8318255655709009273';

/** Months of audit partitions that exist ahead; the provisioner keeps it so, this covers the first start. */
const AUDIT_MONTHS_AHEAD = 3;

interface Migration {
  up(knex: Knex): Promise<void>;
  down(knex: Knex): Promise<void>;
}

/** Migrations by name, from files NNNN_name.ts; imported by us because knex guesses the module kind from the environment. */
class MigrationFiles {
  async getMigrations(): Promise<string[]> {
    const files = await readdir(directory);
    return files
      .filter((file) => /^\d{4}_\w+\.ts$/.test(file))
      .map((file) => file.slice(0, -'.ts'.length))
      .sort();
  }

  getMigrationName(name: string): string {
    return name;
  }

  getMigration(name: string): Promise<Migration> {
    return import(pathToFileURL(join(directory, `${name}.ts`)).href);
  }
}

async function refuseNewerSchema(knex: Knex, known: string[]): Promise<void> {
  if (!(await knex.schema.hasTable('knex_migrations'))) return;
  const applied = await knex('knex_migrations').select<{ name: string }[]>('name');
  const unknown = applied.map((row) => row.name).filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new AppError(
      'unavailable',
      `The database was migrated by a newer version of Sparekey (${unknown.join(', ')}). Start that version, or restore a backup from before it.`,
    );
}

async function refuseOldServer(knex: Knex): Promise<void> {
  const { rows } = await knex.raw<{ rows: { server_version_num: string }[] }>('show server_version_num');
  const version = Number(rows[0]?.server_version_num);
  if (version < 180_000)
    throw new AppError(
      'unavailable',
      `PostgreSQL 18 or newer is needed; this server is ${Math.floor(version / 10_000)}`,
    );
}

/**
 * Brings the schema to the newest version; forward only. All pending migrations are one transaction, so a process that
 * dies half-way leaves nothing behind. Safe to run from several processes at once: they queue at an advisory lock of the
 * session that migrates, which the server releases when that session ends, however it ends. knex's own lock row would
 * outlive a killed process; it is freed under ours.
 *
 * A statement that waits 2 s for a table gives up instead of stopping sign-ins behind it; the run can be repeated.
 * Errors: `unavailable` when the database was migrated by a newer version, does not answer, or is older than PostgreSQL
 * 18; `overloaded` when a lock was not to be had.
 */
export async function migrate(databaseUrl: string): Promise<void> {
  const migrationSource = new MigrationFiles();
  const knex = knexFactory({
    client: 'pg',
    connection: { connectionString: databaseUrl, application_name: 'sparekey-migrate' },
    // One connection: the advisory lock belongs to the session that runs the migrations.
    pool: { min: 1, max: 1 },
    migrations: { migrationSource },
    // Whatever fails rejects, without the text of the statement; knex would print both as well.
    compileSqlOnError: false,
    log: { error: () => {}, warn: () => {}, debug: () => {}, deprecate: () => {} },
  });
  try {
    await refuseOldServer(knex);
    await knex.raw(`select pg_advisory_lock(${ADVISORY_LOCK})`);
    await knex.raw(`set lock_timeout = '2s'`);
    await refuseNewerSchema(knex, await migrationSource.getMigrations());
    if (await knex.schema.hasTable('knex_migrations_lock')) await knex.migrate.forceFreeMigrationsLock();
    await knex.migrate.latest();
    await knex.raw('select audit_event_prepare(?)', [AUDIT_MONTHS_AHEAD]);
  } catch (error) {
    throw sqlError(error, 'migrate');
  } finally {
    await knex.destroy();
  }
}
