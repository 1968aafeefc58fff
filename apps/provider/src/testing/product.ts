import { randomBytes } from 'node:crypto';
import { createHashEngine, type HashEngine } from '@sparekey/factors';
import { type AdmissionLimits, createLogger, createMetrics, createServer, listen } from '@sparekey/http';
import { openStorage } from '@sparekey/storage';
import { freePort } from '@sparekey/testing';
import { composeServices } from '../compose.ts';
import { openPlaces } from '../places.ts';
import { createProblemPage } from '../problem-page.ts';
import { protocolPages } from '../protocol-pages.ts';
import { productRoutes } from '../routes.ts';
import { createProviderServer } from '../server.ts';
import type { Doors } from './visitor.ts';

const NO_MESSAGES = { mail: false, sms: false, demoOutbox: false };

/** The provider as it is composed for production, in this process, so that its hash engine can be watched. */
export interface ProductInProcess extends Doors {
  readonly engine: HashEngine;
  /** Slow hashes computed during `work`. */
  evaluationsOf(work: () => Promise<unknown>): Promise<number>;
  close(): Promise<void>;
}

export async function startProduct(
  databaseUrl: string,
  masterKey: Buffer,
  { admission, onStatement }: { admission?: AdmissionLimits; onStatement?: (name: string) => void } = {},
): Promise<ProductInProcess> {
  const storage = await openStorage({ databaseUrl, masterKey, ...(onStatement === undefined ? {} : { onStatement }) });
  const metrics = createMetrics();
  const engine = createHashEngine({ random: randomBytes });
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const places = await openPlaces({});
  const provider = createProviderServer({
    storage,
    logger: createLogger({ level: 'silent', name: 'test' }),
    metrics,
    publicUrl: new URL(origin),
    trustedProxies: [],
    pages: protocolPages,
    problemPage: createProblemPage,
    ...(admission === undefined ? {} : { admission }),
    routes: [
      (context) => {
        const services = composeServices(context, engine, metrics, NO_MESSAGES, places, {
          find: async () => 'absent',
        });
        return productRoutes(services);
      },
    ],
  });
  const server = createServer(provider.listener);
  await listen(server, { host: '127.0.0.1', port, setting: 'test' });
  return {
    origin,
    processes: [{ address: `http://127.0.0.1:${port}` }],
    engine,
    async evaluationsOf(work) {
      const before = engine.stats.evaluations;
      await work();
      return engine.stats.evaluations - before;
    },
    async close() {
      provider.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await storage.close();
    },
  };
}
