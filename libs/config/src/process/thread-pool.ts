import { availableParallelism } from 'node:os';

/** libuv's own (UV_THREADPOOL_SIZE in its documentation). */
const DEFAULT_THREADS = 4;
const MOST_THREADS = 1024;

/**
 * Threads that this process shares between slow hashes, name look-ups, files and signatures. The size is fixed before the
 * first line of ours runs, so it is read here and set by whoever starts the process.
 */
export function poolThreads(environment: Readonly<Record<string, string | undefined>> = process.env): number {
  const wanted = Number(environment.UV_THREADPOOL_SIZE ?? DEFAULT_THREADS);
  return Number.isInteger(wanted) && wanted >= 1 ? Math.min(wanted, MOST_THREADS) : DEFAULT_THREADS;
}

/** For the environment of a process to start: a thread for a hash on each core, and as many as ever for the rest. */
export function poolEnvironment(): { UV_THREADPOOL_SIZE: string } {
  return { UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE ?? String(availableParallelism() + DEFAULT_THREADS) };
}
