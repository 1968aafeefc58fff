import '@sparekey/config/require-node';
import { loadMasterKey, loadSettings, type Settings, SettingsError } from '@sparekey/config';
import {
  createLogger,
  createManagement,
  createMetrics,
  createServer,
  gracefulShutdown,
  listen,
  shutdownOnSignals,
  startFailure,
} from '@sparekey/http';
import { explainDatabaseError, migrate, openBreakGlassOf, openStorage } from '@sparekey/storage';
import { composeServices, hashEngine, prepareRealms } from './compose.ts';
import { messagingOf } from './messages/messaging.ts';
import { breachedPasswords } from './passwords/breached.ts';
import { openPlaces } from './places.ts';
import { createProblemPage } from './problem-page.ts';
import { protocolPages } from './protocol-pages.ts';
import { productRoutes } from './routes.ts';
import { createProviderServer } from './server.ts';

/** Runs the provider of these settings until a signal ends it. Rejects with a reason when it cannot start. */
async function run(settings: Settings, databaseUrl: string): Promise<void> {
  const logger = createLogger({ level: settings.logLevel, name: 'provider' });
  const metrics = createMetrics();
  await migrate(databaseUrl);
  const storage = await openStorage({
    databaseUrl,
    masterKey: loadMasterKey(settings),
    poolSize: settings.databasePoolSize,
    onStatement: (name, seconds) => metrics.statement(name, seconds),
    log: logger,
  });
  const engine = hashEngine(metrics);
  await prepareRealms(settings, storage, engine, logger);

  const places = await openPlaces({ geoip: settings.geoipFile, badNetworks: settings.badNetworksFile });
  const publicUrl = new URL(settings.url);
  const provider = createProviderServer({
    storage,
    logger,
    metrics,
    publicUrl,
    trustedProxies: settings.trustedProxies,
    pages: protocolPages,
    problemPage: createProblemPage,
    routes: [
      (context) => {
        const breached = breachedPasswords(settings, logger);
        return productRoutes(composeServices(context, engine, metrics, messagingOf(settings), places, breached));
      },
    ],
  });
  const server = createServer(provider.listener);
  const management = createManagement({
    logger,
    metrics,
    checks: { database: () => storage.ping() },
    attention: () => openBreakGlassOf(storage),
  });
  const host = settings.listenAddress;
  await listen(server, { host, port: settings.port, setting: 'SPAREKEY_PORT' });
  await listen(management.server, { host, port: settings.managementPort, setting: 'SPAREKEY_MANAGEMENT_PORT' });
  logger.info(
    { url: publicUrl.origin, port: settings.port, managementPort: settings.managementPort },
    'provider ready',
  );

  shutdownOnSignals(
    gracefulShutdown({
      logger,
      servers: [server],
      beforeDrain: () => management.drain(),
      closers: [
        { name: 'realm cache', close: () => provider.close() },
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
