import { createMasterKeyFile, loadMasterKey, loadSettings, type Settings } from '@sparekey/config';
import { migrate, openBreakGlassOf, openStorage, type Storage } from '@sparekey/storage';
import { hasEmbeddedPostgres, useEmbeddedPostgres } from '@sparekey/storage/embedded';

export interface Session {
  storage: Storage;
  settings: Settings;
}

/**
 * The database for one command: the one of DATABASE_URL, or the embedded one of the data directory, which is started for
 * the command when it does not run. The embedded one is brought to the newest schema; the other only by `migrate`.
 */
export async function withDatabaseUrl<T>(work: (url: string, settings: Settings) => Promise<T>): Promise<T> {
  const settings = loadSettings();
  if (settings.databaseUrl !== undefined) return work(settings.databaseUrl, settings);
  const { dataDirectory, masterKey } = settings;
  if ('file' in masterKey && !(await hasEmbeddedPostgres(dataDirectory))) createMasterKeyFile(masterKey.file);
  const embedded = await useEmbeddedPostgres({ dataDirectory });
  // What was not committed is rolled back; a server that was started for this command ends with it.
  const interrupted = () => void embedded.stop().finally(() => process.exit(130));
  process.once('SIGINT', interrupted);
  try {
    await migrate(embedded.url);
    return await work(embedded.url, settings);
  } finally {
    process.off('SIGINT', interrupted);
    await embedded.stop();
  }
}

/** Whoever administers the host shall see that a sealed code opened something, whatever they came for. */
async function tellWhatIsOpen({ stores, database }: Storage): Promise<void> {
  const { there } = (await database.row<{ there: boolean }>({
    name: 'break_glass_there',
    text: `select to_regclass('break_glass_opening') is not null as there`,
  })) ?? { there: false };
  // A database that is not migrated yet tells so by itself.
  for (const open of there ? await openBreakGlassOf({ stores }) : []) process.stderr.write(`ATTENTION: ${open}\n`);
}

/** As `withDatabaseUrl`, with the repositories opened. */
export async function withStorage<T>(work: (session: Session) => Promise<T>): Promise<T> {
  return withDatabaseUrl(async (databaseUrl, settings) => {
    const storage = await openStorage({ databaseUrl, masterKey: loadMasterKey(settings), poolSize: 2 });
    try {
      await tellWhatIsOpen(storage);
      return await work({ storage, settings });
    } finally {
      await storage.close();
    }
  });
}
