import { AppError } from '@sparekey/contracts';
import pg from 'pg';
import type { Queryable, Statement, StatementObserver } from './queryable.ts';
import { sqlError } from './sql-error.ts';

export interface DatabaseOptions {
  url: string;
  poolSize: number;
  applicationName: string;
  onStatement?: StatementObserver;
  onConnectionError(error: Error): void;
}

/** bigint columns here are counters and time steps, far below 2^53. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

async function run(
  client: pg.Pool | pg.PoolClient,
  statement: Statement,
  onStatement: StatementObserver | undefined,
): Promise<pg.QueryResult> {
  const started = performance.now();
  try {
    const { text, values } = statement;
    return await client.query(statement.dynamic ? { text, values } : { name: statement.name, text, values });
  } catch (error) {
    throw sqlError(error, statement.name);
  } finally {
    onStatement?.(statement.name, (performance.now() - started) / 1000);
  }
}

/** Statements of one open transaction, one after the other in the order of the calls. */
class Transaction implements Queryable {
  readonly #client: pg.PoolClient;
  readonly #onStatement: StatementObserver | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #ended = false;

  constructor(client: pg.PoolClient, onStatement: StatementObserver | undefined) {
    this.#client = client;
    this.#onStatement = onStatement;
  }

  /** A store kept beyond its transaction must not write into the next one on the same connection. */
  end(): void {
    this.#ended = true;
  }

  #query(statement: Statement): Promise<pg.QueryResult> {
    if (this.#ended) return Promise.reject(new Error(`${statement.name}: its transaction has ended`));
    const result = this.#last.then(() => run(this.#client, statement, this.#onStatement));
    this.#last = result.catch(() => {});
    return result;
  }

  async rows<R>(statement: Statement): Promise<R[]> {
    return (await this.#query(statement)).rows;
  }

  async row<R>(statement: Statement): Promise<R | undefined> {
    return (await this.#query(statement)).rows[0];
  }

  async count(statement: Statement): Promise<number> {
    return (await this.#query(statement)).rowCount ?? 0;
  }

  atomically<T>(work: (db: Queryable) => Promise<T>): Promise<T> {
    return work(this);
  }
}

/** A pool of connections. It outlives lost connections: an error of one is reported and the next statement gets another. */
export class Database implements Queryable {
  readonly #pool: pg.Pool;
  readonly #onStatement: StatementObserver | undefined;

  constructor(options: DatabaseOptions) {
    this.#onStatement = options.onStatement;
    this.#pool = new pg.Pool({
      connectionString: options.url,
      max: options.poolSize,
      application_name: options.applicationName,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      // Sent when connecting: PgBouncer needs both names in its ignore_startup_parameters.
      statement_timeout: 30_000,
      idle_in_transaction_session_timeout: 30_000,
      types,
    });
    this.#pool.on('error', options.onConnectionError);
    // A connection that breaks between two statements of a transaction reports here and nowhere else.
    this.#pool.on('connect', (client) => client.on('error', options.onConnectionError));
  }

  async rows<R>(statement: Statement): Promise<R[]> {
    return (await run(this.#pool, statement, this.#onStatement)).rows;
  }

  async row<R>(statement: Statement): Promise<R | undefined> {
    return (await run(this.#pool, statement, this.#onStatement)).rows[0];
  }

  async count(statement: Statement): Promise<number> {
    return (await run(this.#pool, statement, this.#onStatement)).rowCount ?? 0;
  }

  /** BEGIN … COMMIT on one connection; any error rolls back and is passed on; the connection always goes back. */
  async atomically<T>(work: (db: Queryable) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect().catch((error: unknown) => {
      throw sqlError(error, 'connect');
    });
    const transaction = new Transaction(client, this.#onStatement);
    let unusable = false;
    try {
      await run(client, { name: 'begin', text: 'begin', dynamic: true }, this.#onStatement);
      const result = await work(transaction);
      const committed = await run(client, { name: 'commit', text: 'commit', dynamic: true }, this.#onStatement);
      // COMMIT after a statement that failed, and whose error `work` swallowed, quietly rolls back.
      if (committed.command !== 'COMMIT')
        throw new AppError('internal', 'A failed statement was ignored: the transaction was rolled back');
      return result;
    } catch (error) {
      await run(client, { name: 'rollback', text: 'rollback', dynamic: true }, this.#onStatement).catch(() => {
        unusable = true;
      });
      throw error;
    } finally {
      transaction.end();
      client.release(unusable);
    }
  }

  async end(): Promise<void> {
    await this.#pool.end();
  }
}
