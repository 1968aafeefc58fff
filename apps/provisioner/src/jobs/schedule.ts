import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '@sparekey/http';

export interface Job {
  name: string;
  /** Seconds between the end of one run and the begin of the next. */
  everySeconds: number;
  run(signal: AbortSignal): Promise<unknown>;
}

export interface Schedule {
  /** Tells the running jobs to end, and waits until they have. */
  stop(): Promise<void>;
  /** False once a job has failed and not succeeded since. */
  healthy(): boolean;
}

/**
 * Runs every job at once and then again and again, each in its own rhythm. A job that fails is logged and has its next
 * turn like any other; none runs beside itself. Waits vary by a tenth, so that several workers drift apart.
 */
export function startJobs(jobs: readonly Job[], logger: Logger): Schedule {
  const stopping = new AbortController();
  const { signal } = stopping;
  const failing = new Set<string>();

  async function repeat(job: Job): Promise<void> {
    while (!signal.aborted) {
      try {
        await job.run(signal);
        failing.delete(job.name);
      } catch (err) {
        failing.add(job.name);
        logger.error({ err, job: job.name }, 'job failed');
      }
      const seconds = job.everySeconds * (0.9 + Math.random() / 5);
      await wait(seconds * 1000, undefined, { signal }).catch(() => undefined);
    }
  }

  const running = jobs.map(repeat);
  return {
    async stop() {
      stopping.abort();
      await Promise.all(running);
    },
    healthy: () => failing.size === 0,
  };
}
