import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';

/** When, of a request, its worker is killed: before the other side has it, before the answer, or just after the answer. */
export const killMoments = ['before', 'after', 'answered'] as const;
export type KillMoment = (typeof killMoments)[number];

export interface KillingProxy {
  url: string;
  /** Requests seen. */
  requests(): number;
  /** Resolves when the other side has done whatever it was asked, for whomever. */
  settled(): Promise<unknown>;
  close(): Promise<void>;
}

/** Stands before a server and, at requests that `moment` names, calls `kill`. */
export async function startKillingProxy(
  target: string,
  moment: () => { at: KillMoment; lateMs: number } | undefined,
  kill: () => void,
): Promise<KillingProxy> {
  let requests = 0;
  const running = new Set<Promise<unknown>>();
  async function forward(request: IncomingMessage): Promise<{ status: number; body: Buffer }> {
    const body = await buffer(request);
    const response = await fetch(new URL(request.url ?? '/', target), {
      method: request.method ?? 'GET',
      headers: { authorization: request.headers.authorization ?? '', 'content-type': 'application/scim+json' },
      ...(body.length > 0 && { body: new Uint8Array(body) }),
    });
    return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
  }
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const planned = moment();
    requests += 1;
    try {
      if (planned?.at === 'before') return kill();
      const { status, body } = await forward(request);
      if (planned?.at === 'after') return kill();
      response.writeHead(status, { 'content-type': 'application/scim+json' }).end(body);
      if (planned === undefined) return;
      await wait(planned.lateMs);
      kill();
    } catch {
      // Its worker is gone, and was to be.
      request.socket.destroy();
    }
  }
  const server = createServer((request, response) => {
    const served = serve(request, response).finally(() => running.delete(served));
    running.add(served);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${new URL(target).pathname}`,
    requests: () => requests,
    settled: () => Promise.all(running),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
