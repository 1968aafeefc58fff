import { Worker } from 'node:worker_threads';
import { AppError } from '@sparekey/contracts';

/** 0 (among the first guesses) to 4 (withstands offline guessing of a slow hash): zxcvbn's scores. */
export interface StrengthMeter {
  /** Errors: `overloaded` when too many wait, or an estimate takes too long. */
  score(password: string, words: readonly string[]): Promise<number>;
}

const MOST_WAITING = 32;
/** Of an estimate, from when it is asked for; the first of a thread has the time that loading takes on a busy machine as well. */
const LIMIT_MS = 10_000;
const LOADING_MS = 20_000;

interface Waiting {
  resolve(score: number): void;
  reject(reason: unknown): void;
}

/**
 * The estimate runs in a thread of its own, started when it is first needed: its dictionaries take 65 MB and most of a
 * second to load, and a hostile password can take a large part of a second, in which nobody else would be answered.
 */
export function createStrengthMeter(): StrengthMeter {
  const waiting = new Map<number, Waiting>();
  const loaded = new WeakSet<Worker>();
  let thread: Worker | undefined;
  let count = 0;

  function end(failed: Worker, reason: unknown): void {
    if (thread !== failed) return;
    thread = undefined;
    void failed.terminate();
    for (const one of waiting.values()) one.reject(reason);
    waiting.clear();
  }

  function start(): Worker {
    const started = new Worker(new URL('./strength-thread.ts', import.meta.url), { execArgv: [] });
    started.on('message', ({ id, score }: { id: number; score: number }) => {
      loaded.add(started);
      waiting.get(id)?.resolve(score);
      waiting.delete(id);
      if (waiting.size === 0) started.unref();
    });
    started.on('error', (cause) => end(started, new AppError('internal', 'the strength estimate failed', { cause })));
    return started;
  }

  return {
    async score(password, words) {
      if (waiting.size >= MOST_WAITING) throw new AppError('overloaded', 'too many passwords wait for their estimate');
      thread ??= start();
      const asked = thread;
      const id = count++;
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      waiting.set(id, { resolve, reject });
      asked.ref();
      asked.postMessage({ id, password, words });
      const limit = loaded.has(asked) ? LIMIT_MS : LOADING_MS + LIMIT_MS;
      const late = setTimeout(() => end(asked, new AppError('overloaded', 'an estimate took too long')), limit);
      return promise.finally(() => clearTimeout(late));
    },
  };
}
