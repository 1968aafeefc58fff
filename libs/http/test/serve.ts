import { type IncomingHttpHeaders, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type Koa from 'koa';
import { type AppOptions, createApp, createLogger, createServer } from '../src/index.ts';

export interface Captured {
  entries: Record<string, unknown>[];
  text(): string;
}

/** A logger that keeps what it writes. */
export function capturingLogger(): { logger: ReturnType<typeof createLogger>; log: Captured } {
  const lines: string[] = [];
  const logger = createLogger({
    level: 'trace',
    name: 'test',
    destination: { write: (line) => void lines.push(line) },
  });
  return {
    logger,
    log: {
      get entries() {
        return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
      },
      text: () => lines.join(''),
    },
  };
}

/** Listens on a free port of 127.0.0.1. */
export async function listening(server: Server, host = '127.0.0.1'): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** One request with exactly these headers (fetch would refuse to set some of them). */
export function send(
  port: number,
  path: string,
  options: { method?: string; headers?: Record<string, string | string[]>; body?: string | Buffer } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, path, method: options.method ?? 'GET', headers: options.headers ?? {}, agent: false },
      (response) => {
        text(response)
          .then((body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
          .catch(reject);
      },
    );
    outgoing.once('error', reject);
    outgoing.end(options.body);
  });
}

export interface TestApp extends AsyncDisposable {
  port: number;
  log: Captured;
}

/** Serves an app with the whole chain of createApp before `routes`. */
export async function serve(routes: (app: Koa) => void, options: Partial<AppOptions> = {}): Promise<TestApp> {
  const { logger, log } = capturingLogger();
  const app = createApp({ logger, publicUrl: new URL('https://id.example'), trustedProxies: [], ...options });
  routes(app);
  const server = createServer(app.callback());
  const port = await listening(server);
  return {
    port,
    log,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Answers every request with `ok`. */
export function answersOk(app: Koa): void {
  app.use((ctx) => {
    ctx.body = 'ok';
  });
}
