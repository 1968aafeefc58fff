import { randomBytes } from 'node:crypto';
import { createHashEngine } from '@sparekey/factors';
import {
  exportRealmFile,
  type ImportDependencies,
  type ImportOptions,
  type ImportReport,
  importRealmFile,
  type RealmExport,
} from '@sparekey/realms';
import { openStorage, type Storage } from '@sparekey/storage';
import { createTestDatabase, type TestDatabase } from '@sparekey/testing';

/** One engine of little cost: how strong hashes are is not tested here. */
export const engine = createHashEngine({
  random: randomBytes,
  parameters: { memoryKib: 64, iterations: 1, parallelism: 1 },
});

/** A server of its own: a database and its master key. */
export interface Server extends AsyncDisposable {
  storage: Storage;
  url: string;
  masterKey: Buffer;
  dependencies: ImportDependencies;
  import(file: unknown, options?: Partial<ImportOptions>): Promise<ImportReport>;
  export(realm: string): Promise<RealmExport>;
}

export async function startServer(): Promise<Server> {
  const database: TestDatabase = await createTestDatabase();
  const masterKey = randomBytes(32);
  const storage = await openStorage({ databaseUrl: database.url, masterKey, poolSize: 4 });
  const dependencies: ImportDependencies = {
    transaction: storage.transaction,
    hash: (password) => engine.hash(password),
  };
  return {
    storage,
    url: database.url,
    masterKey,
    dependencies,
    import: (file, options) => importRealmFile(file, dependencies, { ifExists: 'fail', ...options }),
    export: (realm) => storage.transaction((stores) => exportRealmFile(realm, stores)),
    async [Symbol.asyncDispose]() {
      await storage.close();
      await database.drop();
    },
  };
}
