/** One SQL statement. It is prepared once per connection under its name, which also names it in the metrics. */
export interface Statement {
  name: string;
  text: string;
  values?: unknown[];
  /** The text varies under this name (built by knex): not prepared. */
  dynamic?: boolean;
}

/**
 * Where statements run: a pool (each commits on its own) or one transaction. Transactions are READ COMMITTED; every
 * guarded statement of the repositories says what makes it safe there.
 *
 * Errors of every method: `conflict` (a unique or foreign key, a deadlock), `validation_failed` (a value the column
 * refuses), `overloaded` (a lock or statement timeout), `unavailable` (no connection).
 */
export interface Queryable {
  rows<R>(statement: Statement): Promise<R[]>;
  /** The first row, if any. */
  row<R>(statement: Statement): Promise<R | undefined>;
  /** How many rows the statement wrote. */
  count(statement: Statement): Promise<number>;
  /** Runs `work` in a transaction: in this one when there is one already, in a new one otherwise. */
  atomically<T>(work: (db: Queryable) => Promise<T>): Promise<T>;
}

/** Told of each statement when it is done, also when it failed. */
export type StatementObserver = (name: string, seconds: number) => void;
