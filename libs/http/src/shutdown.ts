import type { Server } from 'node:http';
import type { Logger } from './logger.ts';

export interface ShutdownOptions {
  logger: Logger;
  /** Public servers; their requests in flight are finished before anything is closed. */
  servers: readonly Server[];
  /** Called first, so that readiness fails and load balancers turn away. */
  beforeDrain?: () => void;
  /** Run one after the other once no request is left; a failing one is logged and does not stop the rest. */
  closers: readonly { name: string; close: () => unknown }[];
  /** What is still in flight after this many milliseconds is cut; 10 000 by default. */
  drainLimitMs?: number;
}

/** Stops accepting, closes idle connections, lets requests in flight finish within the limit. True when none was cut. */
async function drain(server: Server, limitMs: number): Promise<boolean> {
  if (!server.listening) return true;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection turns idle when its last response ends; keep-alive would hold it open long after that.
  const sweep = setInterval(() => server.closeIdleConnections(), 25);
  const { promise: expired, resolve: expire } = Promise.withResolvers<false>();
  const limit = setTimeout(() => expire(false), limitMs);
  const drained = await Promise.race([closed.then(() => true), expired]);
  clearInterval(sweep);
  clearTimeout(limit);
  if (!drained) server.closeAllConnections();
  await closed;
  return drained;
}

/** Builds the function that ends a process in order. It runs once; later calls get the same promise. Never rejects. */
export function gracefulShutdown(options: ShutdownOptions): (reason: string) => Promise<void> {
  let running: Promise<void> | undefined;
  const { logger } = options;
  async function run(reason: string): Promise<void> {
    logger.info({ reason }, 'shutting down');
    options.beforeDrain?.();
    const drained = await Promise.all(options.servers.map((server) => drain(server, options.drainLimitMs ?? 10_000)));
    if (drained.includes(false)) logger.warn('requests still in flight at the limit were cut');
    for (const { name, close } of options.closers) {
      try {
        await close();
      } catch (err) {
        logger.error({ err, closer: name }, 'could not be closed');
      }
    }
    logger.info('stopped');
  }
  return (reason) => {
    running ??= run(reason);
    return running;
  };
}

/** Ends the process with `shutdown` on SIGTERM or SIGINT; a second signal ends it at once. */
export function shutdownOnSignals(shutdown: (reason: string) => Promise<void>): void {
  let asked = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (asked) process.exit(1);
      asked = true;
      void shutdown(signal).then(() => process.exit(0));
    });
  }
}
