import type { RealmId } from '@sparekey/contracts';
import { bulk } from './database/bulk.ts';
import { Database } from './database/database.ts';
import { Keyring } from './keyring/keyring.ts';
import { checkSeal } from './keyring/seal-check.ts';
import { openOidcStorage } from './oidc/open.ts';
import { RealmWatch } from './realm-watch/realm-watch.ts';
import { attemptCounter } from './repositories/attempts.ts';
import { auditReader } from './repositories/audit-reader.ts';
import { demoOutbox } from './repositories/demo-outbox.ts';
import { expiryReminders } from './repositories/expiry-reminders.ts';
import { housekeeping } from './repositories/housekeeping.ts';
import { lockoutForecast } from './repositories/lockout-forecast.ts';
import { outboxQueue } from './repositories/outbox-queue.ts';
import { scimWork } from './repositories/scim-work.ts';
import type { Storage, StorageOptions } from './storage.ts';
import { storesOn } from './stores.ts';

const POOL_SIZE = 10;

/** Each count is one short statement, so a few connections carry many. */
const ATTEMPT_CONNECTIONS = 2;

/**
 * Opens a migrated database. Errors: `unavailable` when it does not answer, has no schema, or was sealed with another
 * master key; nothing stays open then. A connection lost later is logged and replaced; it never ends the process.
 */
export async function openStorage(options: StorageOptions): Promise<Storage> {
  const keyring = new Keyring([options.masterKey, ...(options.earlierMasterKeys ?? [])]);
  const onConnectionError = (error: Error) =>
    options.log?.warn({ err: error }, 'A database connection was lost; another one is opened');
  const shared = { url: options.databaseUrl, onStatement: options.onStatement, onConnectionError };
  const database = new Database({
    ...shared,
    poolSize: options.poolSize ?? POOL_SIZE,
    applicationName: 'sparekey',
  });
  const attemptDatabase = new Database({
    ...shared,
    poolSize: ATTEMPT_CONNECTIONS,
    applicationName: 'sparekey-attempts',
  });
  const listeners = new Set<(realmId: RealmId) => void>();
  const watch = new RealmWatch({
    url: options.databaseUrl,
    onConnectionError,
    onChanged: (realmId) => {
      for (const listener of listeners) listener(realmId);
    },
  });
  const oidc = openOidcStorage({ ...options, keyring, database });
  const close = async () => {
    await Promise.all([watch.close(), oidc.close(), database.end(), attemptDatabase.end()]);
  };
  try {
    await checkSeal(database, keyring);
    await watch.start();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    stores: storesOn(database, keyring),
    attempts: attemptCounter(attemptDatabase),
    keyring,
    database,
    oidc,
    outboxQueue: outboxQueue(database, keyring),
    scim: scimWork(database),
    housekeeping: housekeeping(database),
    demoOutbox: demoOutbox(database),
    expiryReminders: expiryReminders(database, keyring),
    auditReader: auditReader(database),
    forecast: lockoutForecast(database),
    transaction: (work, options) =>
      database.atomically(async (transaction) =>
        work(storesOn(options?.bulk ? await bulk(transaction) : transaction, keyring)),
      ),
    onRealmChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async ping() {
      await database.row({ name: 'ping', text: 'select 1' });
    },
    close,
  };
}
