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
import { explainDatabaseError, migrate, openBreakGlassOf, openStorage } from '@sparekey/storage';
import { outboxJobs } from './delivery/jobs.ts';
import { expiryReminderJob } from './jobs/expiry-reminders.ts';
import { housekeepingJobs } from './jobs/housekeeping.ts';
import { keyRotationJob } from './jobs/key-rotation.ts';
import { startJobs } from './jobs/schedule.ts';
import { scimJob } from './scim/job.ts';
import { pushEventsJobs } from './scim-events/push.ts';
import { scimTokenJobs } from './scim-events/token-warnings.ts';
import { scimPullJob } from './scim-pull/job.ts';

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
  const outbox = outboxJobs({ storage, logger, metrics, settings });
  metrics.watchScim(() => storage.scim.overview());
  const management = createManagement({
    logger,
    metrics,
    checks: { database: () => storage.ping() },
    attention: () => openBreakGlassOf(storage),
  });
  await listen(management.server, {
    host: settings.listenAddress,
    port: settings.managementPort,
    setting: 'SPAREKEY_MANAGEMENT_PORT',
  });
  const scim = {
    storage,
    outboundAllow: settings.outboundAllow,
    logger,
    onTask: (outcome: string) => metrics.scimTask({ outcome }),
  };
  const jobs = startJobs(
    [
      ...outbox.jobs,
      ...scimTokenJobs(storage),
      ...pushEventsJobs({
        storage,
        logger,
        metrics,
        publicUrl: settings.url,
        outbound: { allow: settings.outboundAllow },
      }),
      ...housekeepingJobs(storage),
      expiryReminderJob(storage),
      keyRotationJob(storage, logger),
      scimJob(scim),
      scimPullJob(scim),
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
        { name: 'mail server', close: async () => outbox.close() },
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
