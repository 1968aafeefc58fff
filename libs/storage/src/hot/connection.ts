import { AppError } from '@sparekey/contracts';
import pg from 'pg';
import type { StatementObserver } from '../database/queryable.ts';
import { sqlError } from '../database/sql-error.ts';

export interface HotLog {
  warn(fields: object, message: string): void;
}

/** A prepared statement: the name belongs to the text for good. */
export interface HotStatement {
  name: string;
  text: string;
}

export interface HotConnectionOptions {
  databaseUrl: string;
  /** False: a commit returns before it is on disk; a crash of the server may lose the last fraction of a second. */
  durable: boolean;
  onStatement?: StatementObserver;
  log?: HotLog;
}

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;

/**
 * Look-ups here are always by key. Left to itself the planner scans a table that was small when the statement was
 * prepared, and plans the first five executions of each statement anew. One slow statement would hold up all behind it.
 */
const SESSION_SETTINGS = [
  "set application_name = 'sparekey-hot'",
  'set plan_cache_mode = force_generic_plan',
  'set enable_seqscan = off',
  'set enable_hashjoin = off',
  'set enable_mergejoin = off',
  'set enable_bitmapscan = off',
  'set jit = off',
  'set statement_timeout = 10000',
  'set lock_timeout = 5000',
].join(';');

/**
 * One pipelined connection for short prepared statements: statements are sent at once, without waiting for the answers
 * of those before. A broken connection fails what is on it, to its callers, and nothing is sent twice; the next statement
 * opens a new one. While the server cannot be reached, statements fail at once with `unavailable` until the next try is
 * due (100 ms, doubling to 5 s).
 * Needs a session of its own in Postgres: behind PgBouncer, point it at a pool in session mode.
 */
export class HotConnection {
  readonly #options: HotConnectionOptions;
  #client: pg.Client | undefined;
  #connecting: Promise<pg.Client> | undefined;
  #retryMs = FIRST_RETRY_MS;
  #notBefore = 0;
  #closed = false;
  #inFlight = 0;

  constructor(options: HotConnectionOptions) {
    this.#options = options;
  }

  /** Statements sent and not yet answered. */
  get inFlight(): number {
    return this.#inFlight;
  }

  async query<Row extends object>(statement: HotStatement, values: unknown[]): Promise<Row[]> {
    this.#inFlight += 1;
    try {
      const client = this.#client ?? (await this.#connect());
      return await this.#send<Row>(client, statement, values);
    } finally {
      this.#inFlight -= 1;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const client = this.#client ?? (await this.#connecting?.catch(() => undefined));
    this.#client = undefined;
    await client?.end();
  }

  #send<Row>(client: pg.Client, { name, text }: HotStatement, values: unknown[]): Promise<Row[]> {
    const { onStatement } = this.#options;
    const sentAt = performance.now();
    return new Promise((resolve, reject) => {
      // The callback form: the promise form of pg rebuilds a stack trace for each answer.
      client.query({ name, text, values }, (error, result) => {
        onStatement?.(name, (performance.now() - sentAt) / 1000);
        if (error) {
          const failure = ourFault(sqlError(error, name), name);
          // A server that shuts down says so before the socket ends: the next statement must not go there.
          if (failure instanceof AppError && failure.code === 'unavailable') this.#lose(client, error);
          reject(failure);
        } else resolve(result.rows as Row[]);
      });
    });
  }

  #lose(client: pg.Client, error?: Error): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    void client.end().catch(() => {});
    if (!this.#closed) this.#options.log?.warn({ err: error }, 'A database connection was lost');
  }

  #connect(): Promise<pg.Client> {
    if (this.#closed) return Promise.reject(new AppError('unavailable', 'The database connection was closed'));
    if (this.#connecting) return this.#connecting;
    const waitMs = this.#notBefore - Date.now();
    if (waitMs > 0)
      return Promise.reject(
        new AppError('unavailable', 'The database cannot be reached', { retryAfterSeconds: Math.ceil(waitMs / 1000) }),
      );
    this.#connecting = this.#open().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #open(): Promise<pg.Client> {
    const { databaseUrl, durable } = this.#options;
    const client = new pg.Client({
      connectionString: databaseUrl,
      pipeline: true,
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
      // A network that swallows packets answers neither with an error nor with an end.
      query_timeout: 15_000,
    });
    client.on('error', (error) => this.#lose(client, error));
    client.on('end', () => this.#lose(client));
    try {
      await client.connect();
      await client.query(`${SESSION_SETTINGS};set synchronous_commit = ${durable ? 'on' : 'off'}`);
    } catch (cause) {
      this.#notBefore = Date.now() + this.#retryMs;
      this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
      void client.end().catch(() => {});
      throw new AppError('unavailable', 'The database cannot be reached', { cause });
    }
    this.#retryMs = FIRST_RETRY_MS;
    if (this.#closed) {
      await client.end();
      throw new AppError('unavailable', 'The database connection was closed');
    }
    this.#client = client;
    return client;
  }
}

/** Nothing a caller sent is at fault when a hot statement fails: it must never be answered as a bad request. */
function ourFault(error: unknown, statement: string): unknown {
  if (!(error instanceof AppError) || error.status >= 500) return error;
  return new AppError('internal', error.message || statement, { cause: error });
}
