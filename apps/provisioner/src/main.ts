import '@sparekey/config/require-node';
import { loadMasterKey, loadSettings, type Settings, SettingsError } from '@sparekey/config';
import {
  createLogger,
  createManagement,
  createMetrics,
  gracefulShutdown,
  listen,
  shutdownOnSignals,
  startFailure,
} from '@sparekey/http';
import { explainDatabaseError, migrate, openStorage } from '@sparekey/storage';
import { deliverLogout } from './delivery/backchannel-logout.ts';
import { drainOutbox } from './delivery/outbox-worker.ts';
import { housekeepingJobs } from './jobs/housekeeping.ts';
import { keyRotationJob } from './jobs/key-rotation.ts';
import { startJobs } from './jobs/schedule.ts';

/** Seconds after which a message that was written is looked for. */
const OUTBOX_SECONDS = 1;

/** Runs the worker of these settings until a signal ends it. Rejects with a reason when it cannot start. */
async function run(settings: Settings, databaseUrl: string): Promise<void> {
  const logger = createLogger({ level: settings.logLevel, name: 'provisioner' });
  const metrics = createMetrics();
  await migrate(databaseUrl);
  const storage = await openStorage({
    databaseUrl,
    masterKey: loadMasterKey(settings),
    poolSize: settings.databasePoolSize,
    onStatement: (name, seconds) => metrics.statement(name, seconds),
    log: logger,
  });
  const logout = { storage, publicUrl: settings.url, outbound: { allow: settings.outboundAllow } };
  const outbox = {
    storage,
    logger,
    deliver: (message: Parameters<typeof deliverLogout>[0]) => deliverLogout(message, logout),
    onOutcome: (outcome: string) => metrics.delivery({ kind: 'backchannel_logout', outcome }),
  };
  const management = createManagement({ logger, metrics, checks: { database: () => storage.ping() } });
  await listen(management.server, {
    host: settings.listenAddress,
    port: settings.managementPort,
    setting: 'SPAREKEY_MANAGEMENT_PORT',
  });
  const jobs = startJobs(
    [
      { name: 'deliver outbox', everySeconds: OUTBOX_SECONDS, run: (signal) => drainOutbox(outbox, signal) },
      ...housekeepingJobs(storage),
      keyRotationJob(storage, logger),
    ],
    logger,
  );
  logger.info({ managementPort: settings.managementPort }, 'provisioner ready');

  shutdownOnSignals(
    gracefulShutdown({
      logger,
      servers: [],
      beforeDrain: () => management.drain(),
      closers: [
        { name: 'jobs', close: () => jobs.stop() },
        { name: 'database', close: () => storage.close() },
        { name: 'management server', close: () => management.server.close() },
      ],
    }),
  );
}

let databaseUrl: string | undefined;
try {
  const settings = loadSettings();
  databaseUrl = settings.databaseUrl;
  if (databaseUrl === undefined) {
    const text = 'set it, or use `npm start`, which brings a database of its own';
    throw new SettingsError([{ setting: 'DATABASE_URL', text }]);
  }
  await run(settings, databaseUrl);
} catch (error) {
  const url = databaseUrl;
  const explain = (reason: unknown) => {
    if (reason instanceof SettingsError) return reason.message;
    return url === undefined ? undefined : explainDatabaseError(reason, url);
  };
  process.stderr.write(`${startFailure(error, explain)}\n`);
  process.exit(1);
}
