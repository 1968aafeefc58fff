import { sqlState } from '../database/sql-error.ts';
import type { HotPath } from '../hot/path.ts';
import { Turn } from '../hot/turn.ts';
import { isRelaxed } from './payload.ts';
import { type Changes, merged, rowsTouched } from './rows.ts';
import { writeStatement } from './write-statement.ts';

const DEADLOCK = '40P01';
const TRIES = 3;

/** Undefined when it was written. */
type Failure = { error: unknown } | undefined;

/**
 * Writes what requests held back: the changes of one request in one statement, and those of requests that end together in
 * one statement too, as long as they touch different rows. A change that the database refuses fails its own request only.
 */
export class Writer {
  readonly #hot: HotPath;
  readonly #durable: Turn<Changes, Failure>;
  readonly #relaxed: Turn<Changes, Failure>;

  constructor(hot: HotPath) {
    this.#hot = hot;
    this.#durable = new Turn((requests) => this.#writeAll(requests, true));
    this.#relaxed = new Turn((requests) => this.#writeAll(requests, false));
  }

  async write(changes: Changes): Promise<void> {
    if (Object.values(changes).every((rows) => rows.length === 0)) return;
    const failure = await (isDurable(changes) ? this.#durable : this.#relaxed).ask(changes);
    if (failure) throw failure.error;
  }

  async #writeAll(requests: Changes[], durable: boolean): Promise<Failure[]> {
    const failures = new Map<Changes, Failure>();
    for (const group of disjoint(requests)) {
      const failure = await this.#send(merged(group), durable);
      for (const changes of group)
        failures.set(changes, failure && group.length > 1 ? await this.#send(changes, durable) : failure);
    }
    return requests.map((changes) => failures.get(changes));
  }

  async #send(changes: Changes, durable: boolean): Promise<Failure> {
    const write = writeStatement(changes);
    if (!write) return undefined;
    for (let left = TRIES; ; left -= 1) {
      try {
        await (durable ? this.#hot.durable : this.#hot.relaxed).call(this.#hot, write.statement, write.values);
        return undefined;
      } catch (error) {
        // The whole statement was rolled back and says what a row is to be, not how to change it: it can be said again.
        if (left === 1 || sqlState(error) !== DEADLOCK) return { error };
      }
    }
  }
}

/** Some of it must be on disk before the answer goes out; the rest may ride along. */
const isDurable = (changes: Changes): boolean =>
  changes.grants.length > 0 ||
  changes.endedInteractions.length > 0 ||
  changes.endedSessions.length > 0 ||
  changes.sessions.some((session) => !session.touchOnly) ||
  changes.tokens.some((token) => !isRelaxed(token.kind));

/** Groups whose members touch different rows (one statement may write a row once), in the order of arrival. */
function disjoint(requests: Changes[]): Changes[][] {
  const groups: { members: Changes[]; rows: Set<string> }[] = [];
  for (const changes of requests) {
    const rows = rowsTouched(changes);
    const last = groups.at(-1);
    if (last && rows.every((row) => !last.rows.has(row))) {
      last.members.push(changes);
      for (const row of rows) last.rows.add(row);
    } else groups.push({ members: [changes], rows: new Set(rows) });
  }
  return groups.map(({ members }) => members);
}
