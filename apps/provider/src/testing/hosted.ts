import { createHash, randomBytes } from 'node:crypto';
import { type BreachedPasswords, createHashEngine, type HashEngine } from '@sparekey/factors';
import { createLogger, createMetrics, createServer, listen } from '@sparekey/http';
import { freePort } from '@sparekey/testing';
import { composeServices } from '../compose.ts';
import { openPlaces } from '../places.ts';
import { createProblemPage } from '../problem-page.ts';
import { protocolPages } from '../protocol-pages.ts';
import { productRoutes } from '../routes.ts';
import { createProviderServer } from '../server.ts';
import type { Services } from '../services.ts';
import { TestBrowser } from './browser.ts';
import { CALLBACK, type TestStorage } from './storage.ts';

/** Cheap evaluations: these tests count them, others measure them. */
const cheap = { memoryKib: 64, iterations: 1, parallelism: 1 };

export interface HostedProvider {
  origin: string;
  engine: HashEngine;
  /** Every route that it answers. */
  routes: readonly string[];
  /** What the pages of this provider work with. */
  services: Services;
  close(): Promise<void>;
}

/** The hosted pages as the product composes them, on a free port over a real database. */
export async function startHostedProvider(
  { storage }: Pick<TestStorage, 'storage'>,
  {
    mail = true,
    sms = false,
    breached = { find: async () => 'absent' },
    trustedProxies = [],
    log,
  }: {
    mail?: boolean;
    sms?: boolean;
    breached?: BreachedPasswords;
    trustedProxies?: readonly string[];
    /** Gets every line of the log, at its finest; without it nothing is logged. */
    log?: (line: string) => void;
  } = {},
): Promise<HostedProvider> {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const engine = createHashEngine({ random: randomBytes, parameters: cheap });
  const metrics = createMetrics();
  const places = await openPlaces({});
  const logger = createLogger({
    level: log === undefined ? 'silent' : 'trace',
    name: 'test',
    ...(log === undefined ? {} : { destination: { write: log } }),
  });
  let services: Services | undefined;
  const provider = createProviderServer({
    storage,
    logger,
    publicUrl: new URL(origin),
    trustedProxies,
    pages: protocolPages,
    problemPage: createProblemPage,
    routes: [
      (context) => {
        services = composeServices(context, engine, metrics, { mail, sms, demoOutbox: false }, places, breached);
        return productRoutes(services);
      },
    ],
  });
  if (services === undefined) throw new Error('the server composed no routes');
  const server = createServer(provider.listener);
  await listen(server, { host: '127.0.0.1', port, setting: 'test' });
  return {
    origin,
    engine,
    routes: provider.routes,
    services,
    async close() {
      provider.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A page that a visitor stands on. */
export interface Page {
  status: number;
  headers: Headers;
  url: URL;
  html: string;
}

/** Someone who reads hosted pages and fills in their forms, without JavaScript. */
export class Visitor {
  readonly browser = new TestBrowser();
  readonly provider: HostedProvider;
  readonly realm: string;

  constructor(provider: HostedProvider, realm: string) {
    this.provider = provider;
    this.realm = realm;
  }

  /** Begins at an application. */
  authorize(clientId: string, parameters: Record<string, string> = {}): Promise<Page> {
    const query = new URLSearchParams({
      client_id: clientId,
      response_type: 'code',
      scope: 'openid',
      redirect_uri: CALLBACK,
      state: 'st',
      code_challenge: createHash('sha256').update('verifier').digest('base64url'),
      code_challenge_method: 'S256',
      ...parameters,
    });
    return this.open(`/realms/${this.realm}/protocol/openid-connect/auth?${query}`);
  }

  async open(path: string): Promise<Page> {
    const { response, url } = await this.browser.open(new URL(path, this.provider.origin), this.provider.origin);
    return this.#read(response, url);
  }

  /** Posts the form of a page with its hidden inputs, and goes where that leads. */
  async submit(page: Page, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Page> {
    const body = new URLSearchParams({ ...hiddenOf(page.html), action: 'continue', ...fields });
    const response = await this.browser.request(page.url, { method: 'POST', body, headers });
    const location = response.headers.get('location');
    if (location === null) return this.#read(response, page.url);
    const next = new URL(location, page.url);
    if (next.origin !== this.provider.origin) return this.#read(response, next);
    return this.open(next.href);
  }

  async #read(response: Response, url: URL): Promise<Page> {
    return { status: response.status, headers: response.headers, url, html: await response.text() };
  }
}

function hiddenOf(html: string): Record<string, string> {
  const inputs = html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g);
  return Object.fromEntries([...inputs].map(([, name = '', value = '']) => [name, value]));
}
