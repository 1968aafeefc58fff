import type { StatementObserver } from '../database/queryable.ts';
import { HotConnection, type HotLog, type HotStatement } from './connection.ts';

export interface HotPathOptions {
  databaseUrl: string;
  onStatement?: StatementObserver;
  log?: HotLog;
}

/** Connections of a class: two, so that one slow statement does not hold up everything. */
const CONNECTIONS = 2;

/**
 * The connections of the hot path. Reads go over the relaxed ones, where no commit waits for the disk before them.
 * `durable` returns when the change is on disk; `relaxed` may lose the last moments in a crash of the server.
 */
export class HotPath {
  readonly #durable: HotConnection[];
  readonly #relaxed: HotConnection[];

  constructor(options: HotPathOptions) {
    const open = (durable: boolean): HotConnection[] =>
      Array.from({ length: CONNECTIONS }, () => new HotConnection({ ...options, durable }));
    this.#durable = open(true);
    this.#relaxed = open(false);
  }

  durable<Row extends object>(statement: HotStatement, values: unknown[]): Promise<Row[]> {
    return least(this.#durable).query<Row>(statement, values);
  }

  relaxed<Row extends object>(statement: HotStatement, values: unknown[]): Promise<Row[]> {
    return least(this.#relaxed).query<Row>(statement, values);
  }

  read<Row extends object>(statement: HotStatement, values: unknown[]): Promise<Row[]> {
    return this.relaxed<Row>(statement, values);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#durable, ...this.#relaxed].map((connection) => connection.close()));
  }
}

function least(connections: HotConnection[]): HotConnection {
  return connections.reduce((best, next) => (next.inFlight < best.inFlight ? next : best));
}
