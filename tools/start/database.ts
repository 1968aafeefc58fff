import { randomInt } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createMasterKeyFile, loadMasterKey, type Settings } from '@sparekey/config';
import { type EmbeddedPostgres, hasEmbeddedPostgres, startEmbeddedPostgres } from '@sparekey/storage/embedded';
import { StartProblem } from './problem.ts';

export interface Prepared {
  /** With the database's URL and the first administrator filled in. */
  settings: Settings;
  /** Undefined with a DATABASE_URL. */
  embedded: EmbeddedPostgres | undefined;
  /** Where the first administrator's password can be read, when it was drawn here. */
  passwordFile: string | undefined;
  /** Whether the database was created by this start. */
  fresh: boolean;
}

/** The database of these settings, started when it is the embedded one; with its master key, not yet migrated. */
export async function prepareDatabase(settings: Settings): Promise<Prepared> {
  if (settings.databaseUrl !== undefined) {
    loadMasterKey(settings);
    return { settings, embedded: undefined, passwordFile: undefined, fresh: false };
  }
  const { dataDirectory, masterKey } = settings;
  const fresh = !(await hasEmbeddedPostgres(dataDirectory));
  if (fresh && 'file' in masterKey) createMasterKeyFile(masterKey.file);
  loadMasterKey(settings);
  const passwordFile = join(dataDirectory, 'bootstrap-admin-password');
  const bootstrapAdmin = settings.bootstrapAdmin ?? (await drawnAdministrator(passwordFile, fresh));
  // Loading the rest of the storage takes as long as the server needs to start, so both happen at once.
  const [embedded] = await Promise.all([startEmbeddedPostgres({ dataDirectory }), storageModules()]);
  return {
    settings: { ...settings, databaseUrl: embedded.url, bootstrapAdmin },
    embedded,
    passwordFile: settings.bootstrapAdmin || !bootstrapAdmin ? undefined : passwordFile,
    fresh,
  };
}

const storageModules = () => import('@sparekey/storage');

/** @throws {StartProblem} with one sentence when the database cannot be reached or used. */
export async function migrateDatabase(databaseUrl: string): Promise<void> {
  const { explainDatabaseError, migrate } = await storageModules();
  try {
    await migrate(databaseUrl);
  } catch (error) {
    const explained = explainDatabaseError(error, databaseUrl);
    throw explained === undefined ? error : new StartProblem(`Sparekey does not start.\n  ${explained}`);
  }
}

/**
 * Drawn for a new database, before that exists, and kept beside it. A database without the file was given its administrator
 * otherwise, long ago.
 */
async function drawnAdministrator(file: string, fresh: boolean): Promise<Settings['bootstrapAdmin']> {
  if (fresh) {
    await writeFile(file, `${drawPassword()}\n`, { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
  const password = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new StartProblem(`Sparekey does not start: ${file} cannot be read (${error.code}).`);
  });
  return password === undefined ? undefined : { username: 'admin', password: password.trim() };
}

/** 80 bits that a person can type from a screen: no letter looks like another or like a digit. */
function drawPassword(): string {
  const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';
  const letters = Array.from({ length: 16 }, () => alphabet[randomInt(alphabet.length)]);
  return [0, 4, 8, 12].map((start) => letters.slice(start, start + 4).join('')).join('-');
}
