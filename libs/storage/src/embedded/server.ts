import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { program } from './binaries.ts';
import { serverEnvironment } from './cluster.ts';
import type { Place } from './place.ts';
import { EmbeddedPostgresError } from './problem.ts';

export interface Server {
  pid: number;
  port: number;
  /** Settles when it has ended, whoever ended it, with its last lines. Never rejects. */
  exited: Promise<string>;
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** Written through to the disk before a commit returns. False is for tests only: a crash loses the cluster. */
  durable: boolean;
  maxConnections?: number;
  log?: (line: string) => void;
  /** Where the port comes from; for tests. */
  choosePort?: () => Promise<number>;
}

/** A port that was free a moment ago. The kernel does not give the same one again soon, and a lost race is tried again. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was assigned');
  return address.port;
}

/** Starts the server on 127.0.0.1 and resolves when it accepts connections (after recovery, when there is something to recover). */
export async function startServer(place: Place, options: ServerOptions): Promise<Server> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    const port = await (options.choosePort ?? freePort)();
    const outcome = await attempt(place, port, options);
    if ('server' in outcome) return outcome.server;
    // A killed server's own processes need a moment to notice; until then the new one is refused.
    const passing = /could not create any TCP\/IP sockets|pre-existing shared memory block/.test(outcome.failure);
    if (!passing || performance.now() > deadline) {
      throw new EmbeddedPostgresError(
        `The embedded PostgreSQL does not start on ${place.cluster}:\n${outcome.failure}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function attempt(
  place: Place,
  port: number,
  options: ServerOptions,
): Promise<{ server: Server } | { failure: string }> {
  const child = spawn(program(place.binaries, 'postgres'), ['-D', place.cluster, ...flags(port, options)], {
    ...place.user,
    cwd: dirname(place.cluster),
    env: serverEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
    // In a process group of its own: Ctrl-C in the terminal is ours, and the server stops after those who use it.
    detached: process.platform !== 'win32',
  });
  const last: string[] = [];
  const ready = Promise.withResolvers<void>();
  createInterface({ input: child.stderr }).on('line', (line) => {
    options.log?.(line);
    last.push(line);
    if (last.length > 20) last.shift();
    if (line.includes('database system is ready to accept connections')) ready.resolve();
  });
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', () => resolve(last.join('\n')));
  });
  const failure = await Promise.race([ready.promise, exited]);
  if (failure !== undefined || child.pid === undefined) return { failure: failure ?? 'it has no process id' };
  return { server: { pid: child.pid, port, exited, stop: () => stop(child, place, exited) } };
}

function flags(port: number, { durable, maxConnections = 100 }: ServerOptions): string[] {
  const settings: Record<string, string | number> = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: maxConnections,
    cluster_name: 'sparekey',
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    log_checkpoints: 'off',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** Fast shutdown: open transactions roll back, a checkpoint is written. Without one in 30 s it stops at once and recovers later. */
async function stop(child: ChildProcess, place: Place, exited: Promise<string>): Promise<void> {
  if (process.platform === 'win32') {
    // There are no signals: pg_ctl knows PostgreSQL's replacement for them.
    execFile(program(place.binaries, 'pg_ctl'), ['stop', '-D', place.cluster, '-m', 'fast']);
  } else {
    child.kill('SIGINT');
  }
  const overdue = setTimeout(() => child.kill('SIGQUIT'), 30_000);
  await exited;
  clearTimeout(overdue);
}
