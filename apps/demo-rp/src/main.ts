import '@sparekey/config/require-node';
import { loadSettings, SettingsError } from '@sparekey/config';
import { createLogger, createServer, gracefulShutdown, listen, shutdownOnSignals } from '@sparekey/http';
import { createDemo } from './server.ts';

function settingsOrExit() {
  try {
    return loadSettings();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

const settings = settingsOrExit();
const logger = createLogger({ level: settings.logLevel, name: 'demo-rp' });
const baseUrl = `http://localhost:${settings.demoRpPort}`;
const server = createServer(createDemo({ issuer: new URL(`${settings.url}/realms/demo`), baseUrl, logger }).callback());
try {
  await listen(server, { host: settings.listenAddress, port: settings.demoRpPort, setting: 'SPAREKEY_DEMO_RP_PORT' });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
shutdownOnSignals(gracefulShutdown({ logger, servers: [server], closers: [] }));
logger.info({ url: baseUrl }, 'listening');
