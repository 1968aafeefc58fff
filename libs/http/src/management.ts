import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';
import { createServer } from './server.ts';

/** Resolves when the part works, rejects when it does not. */
export type HealthCheck = () => Promise<unknown>;

interface Readiness {
  status: 'up' | 'down';
  checks: Record<string, { status: 'up' | 'down'; ms: number }>;
  /** What an operator has to look at although everything works; absent when nothing is. */
  attention?: string[];
}

/** Longest wait for one check, in milliseconds: shorter than any probe's patience. */
const checkLimitMs = 2_000;

async function run(name: string, check: HealthCheck, logger: Logger): Promise<{ status: 'up' | 'down'; ms: number }> {
  const started = performance.now();
  const late = Promise.withResolvers<never>();
  const limit = setTimeout(() => late.reject(new Error(`no answer within ${checkLimitMs} ms`)), checkLimitMs);
  let status: 'up' | 'down' = 'up';
  try {
    await Promise.race([check(), late.promise]);
  } catch (err) {
    status = 'down';
    logger.warn({ err, check: name }, 'health check failed');
  } finally {
    clearTimeout(limit);
  }
  return { status, ms: Math.round(performance.now() - started) };
}

export interface Management {
  server: Server;
  /** From now on `/health/ready` answers 503: the first step of a shutdown. */
  drain(): void;
}

/**
 * The server for machines of the operator, on a port of its own that is not meant for the internet:
 * `/health/live` (the process answers), `/health/ready` (200 or 503, with every check by name), `/metrics`.
 * What failed is told in the log; the answer says only which. Probes that overlap share one run of the checks.
 */
export function createManagement(options: {
  logger: Logger;
  metrics: Pick<Metrics, 'render'>;
  checks: Record<string, HealthCheck>;
  /** Told beside the checks; never makes a process unready, not even by failing. */
  attention?: () => Promise<string[]>;
}): Management {
  let draining = false;
  let current: Promise<Readiness> | undefined;

  async function readiness(): Promise<Readiness> {
    const checks: Readiness['checks'] = {};
    await Promise.all(
      Object.entries(options.checks).map(async ([name, check]) => {
        checks[name] = await run(name, check, options.logger);
      }),
    );
    if (draining) checks.shutdown = { status: 'down', ms: 0 };
    const down = Object.values(checks).some((check) => check.status === 'down');
    const attention = await options.attention?.().catch((err: unknown) => {
      options.logger.warn({ err }, 'what needs attention is not known');
      return [];
    });
    return { status: down ? 'down' : 'up', checks, ...(attention?.length ? { attention } : {}) };
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').replace(/\?.*$/s, '');
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return send(response, 405, { status: 'method not allowed' });
    if (path === '/health/live') return send(response, 200, { status: 'up' });
    if (path === '/health/ready') {
      current ??= readiness().finally(() => {
        current = undefined;
      });
      const result = await current;
      return send(response, result.status === 'up' ? 200 : 503, result);
    }
    if (path === '/metrics') {
      const { contentType, body } = await options.metrics.render();
      response.writeHead(200, { 'Content-Type': contentType, 'Cache-Control': 'no-store' }).end(body);
      return;
    }
    send(response, 404, { status: 'not found' });
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((err: unknown) => {
      options.logger.error({ err }, 'management request failed');
      if (response.headersSent) response.destroy();
      else send(response, 500, { status: 'failed' });
    });
  });
  return {
    server,
    drain: () => {
      draining = true;
    },
  };
}

function send(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
    .end(`${JSON.stringify(body)}\n`);
}
