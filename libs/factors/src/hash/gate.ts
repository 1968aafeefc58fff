import { AppError } from '@sparekey/contracts';

/** How long a refused caller is asked to stay away; a full queue is worked off in about that time. */
const RETRY_AFTER_SECONDS = 2;

/**
 * Lets `concurrency` pieces of work run at once and `queueLimit` wait in order of arrival; what comes beyond that is
 * refused at once with `overloaded`, so that a flood costs its sender and not the people already waiting.
 */
export class Gate {
  readonly #concurrency: number;
  readonly #queueLimit: number;
  readonly #waiting: (() => void)[] = [];
  #inFlight = 0;

  constructor(limits: { concurrency: number; queueLimit: number }) {
    this.#concurrency = limits.concurrency;
    this.#queueLimit = limits.queueLimit;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get queued(): number {
    return this.#waiting.length;
  }

  /** `admitted` work is the rest of something begun: it waits its turn, but is not refused halfway. */
  async run<T>(work: () => Promise<T>, { admitted = false } = {}): Promise<T> {
    if (this.#inFlight < this.#concurrency) {
      this.#inFlight++;
    } else {
      if (!admitted && this.#waiting.length >= this.#queueLimit) {
        throw new AppError('overloaded', `${this.#waiting.length} hash evaluations are waiting already`, {
          retryAfterSeconds: RETRY_AFTER_SECONDS,
        });
      }
      await new Promise<void>((proceed) => this.#waiting.push(proceed));
    }
    try {
      return await work();
    } finally {
      // The permit goes straight to the next in line; nobody who arrives meanwhile can overtake.
      const next = this.#waiting.shift();
      if (next === undefined) this.#inFlight--;
      else next();
    }
  }
}
