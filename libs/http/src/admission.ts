import { AppError } from '@sparekey/contracts';

export interface AdmissionLimits {
  /** Pieces of work under way at once. */
  atOnce: number;
  /** Pieces that may wait for their turn. */
  waiting: number;
  /** How long one may wait, as long as the line was empty within that time: a burst is worked off. */
  patienceMs: number;
  /** How long one may wait in a line that stands: more comes than is worked off, and waiting would only delay everybody. */
  standingPatienceMs: number;
}

/** Enough under way to keep the cores and the database busy, and a burst of some hundred people in line. */
export const DEFAULT_ADMISSION: AdmissionLimits = {
  atOnce: 8,
  waiting: 256,
  patienceMs: 3000,
  standingPatienceMs: 1000,
};

/** How long whoever is turned away is asked to stay away. */
const RETRY_AFTER_SECONDS = 2;

interface Waiting {
  proceed(): void;
  late: NodeJS.Timeout;
}

/**
 * A door for work that a flood could fill a process with: so much at once, a bounded line of arrival before it, and for the
 * rest `overloaded` with a time to come back, before anything was read or computed for it. A line that stands is kept short
 * by turning away early (controlled delay), so that who gets in has not waited for the sake of those who do not.
 */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #line = new Set<Waiting>();
  readonly #now: () => number;
  #underWay = 0;
  #emptyAt: number;

  constructor(limits: AdmissionLimits, now: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#now = now;
    this.#emptyAt = now();
  }

  get underWay(): number {
    return this.#underWay;
  }

  get waiting(): number {
    return this.#line.size;
  }

  /** Errors: `overloaded`. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#underWay < this.#limits.atOnce) this.#underWay += 1;
    else await this.#turn();
    try {
      return await work();
    } finally {
      this.#passOn();
    }
  }

  #turn(): Promise<void> {
    const { waiting, patienceMs, standingPatienceMs } = this.#limits;
    const now = this.#now();
    if (this.#line.size === 0) this.#emptyAt = now;
    if (this.#line.size >= waiting) return Promise.reject(overloaded(this.#line.size));
    const patience = now - this.#emptyAt > patienceMs ? standingPatienceMs : patienceMs;
    return new Promise((resolve, reject) => {
      const place: Waiting = {
        proceed: resolve,
        late: setTimeout(() => {
          this.#line.delete(place);
          reject(overloaded(this.#line.size));
        }, patience),
      };
      this.#line.add(place);
    });
  }

  /** The permit goes straight to the next in line; nobody who arrives meanwhile can overtake. */
  #passOn(): void {
    const [next] = this.#line;
    if (next === undefined) {
      this.#underWay -= 1;
      return;
    }
    this.#line.delete(next);
    clearTimeout(next.late);
    next.proceed();
  }
}

function overloaded(waiting: number): AppError {
  return new AppError('overloaded', `${waiting} requests wait already`, { retryAfterSeconds: RETRY_AFTER_SECONDS });
}
