import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What a network, a proxy or a tired server does to a request. */
export const faults = [
  'latency',
  'drop_before_commit',
  'drop_after_commit',
  'conflict_after_commit',
  'changed_meanwhile',
  'rate_in_seconds',
  'rate_as_date',
  'server_error',
  'html',
  'truncated',
  'endless',
  'slow_drip',
] as const;
export type Fault = (typeof faults)[number];

export interface FaultProxy {
  url: string;
  /** How often each fault struck. */
  struck: Map<Fault, number>;
  /** While true every connection is cut as soon as it asks something. */
  down: boolean;
  close(): Promise<void>;
}

/** Stands before a server; `fault` decides for each request, by its number from 0, what befalls it. */
export async function startFaultProxy(
  target: string,
  fault: (request: number, method: string) => Fault | undefined,
): Promise<FaultProxy> {
  let requests = 0;
  const struck = new Map<Fault, number>();
  const timers = new Set<NodeJS.Timeout>();

  async function forward(request: IncomingMessage): Promise<Response> {
    const body = await buffer(request);
    const { authorization = '', 'if-match': tag } = request.headers;
    return fetch(new URL(request.url ?? '/', target), {
      method: request.method ?? 'GET',
      headers: { authorization, ...(tag && { 'if-match': tag }), 'content-type': 'application/scim+json' },
      ...(body.length > 0 && { body: new Uint8Array(body) }),
    });
  }
  async function answer(response: ServerResponse, from: Response): Promise<void> {
    response.writeHead(from.status, { 'content-type': 'application/scim+json' });
    response.end(Buffer.from(await from.arrayBuffer()));
  }
  const error = (response: ServerResponse, status: number, headers: Record<string, string> = {}) =>
    response.writeHead(status, headers).end(JSON.stringify({ schemas: [], status: String(status), detail: 'a fault' }));

  const strike: Record<Fault, (request: IncomingMessage, response: ServerResponse) => unknown> = {
    async latency(request, response) {
      const from = await forward(request);
      timers.add(setTimeout(() => void answer(response, from), 100));
    },
    drop_before_commit: (request) => request.socket.destroy(),
    async drop_after_commit(request) {
      await forward(request);
      request.socket.destroy();
    },
    async conflict_after_commit(request, response) {
      await forward(request);
      error(response, request.method === 'POST' ? 409 : 500);
    },
    changed_meanwhile: (request, response) => error(response, request.method === 'PATCH' ? 412 : 503),
    rate_in_seconds: (_request, response) => error(response, 429, { 'retry-after': '1' }),
    rate_as_date: (_request, response) =>
      error(response, 429, { 'retry-after': new Date(Date.now() + 1000).toUTCString() }),
    server_error: (_request, response) => error(response, 500),
    html: (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>'),
    async truncated(request, response) {
      const whole = Buffer.from(await (await forward(request)).arrayBuffer());
      response.writeHead(200, { 'content-type': 'application/scim+json' });
      response.end(whole.length === 0 ? '{"id"' : whole.subarray(0, whole.length / 2));
    },
    endless(_request, response) {
      response.writeHead(200, { 'content-type': 'application/scim+json' });
      const more = () => {
        while (!response.destroyed && response.write(' '.repeat(16_384)));
      };
      response.on('drain', more);
      more();
    },
    slow_drip(_request, response) {
      response.writeHead(200, { 'content-type': 'application/scim+json' });
      const timer = setInterval(() => (response.destroyed ? clearInterval(timer) : response.write(' ')), 50);
      timers.add(timer);
    },
  };
  const server = createServer((request, response) => {
    if (proxy.down) {
      request.socket.destroy();
      return;
    }
    const kind = fault(requests, request.method ?? 'GET');
    requests += 1;
    if (kind !== undefined) struck.set(kind, (struck.get(kind) ?? 0) + 1);
    const done =
      kind === undefined ? forward(request).then((from) => answer(response, from)) : strike[kind](request, response);
    Promise.resolve(done).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { pathname } = new URL(target);
  const proxy: FaultProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`,
    struck,
    down: false,
    async close() {
      for (const timer of timers) clearInterval(timer);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
