import type { Queryable, Statement } from './queryable.ts';

/** What an import fills. */
const FILLED = [
  'user_account',
  'user_login',
  'user_role',
  'user_group',
  'password_credential',
  'totp_authenticator',
  'organization_member',
].join(', ');

/** Statements after which the first statistics are taken; then each time there are ten times as many. */
const FIRST_LOOK = 200;

/**
 * A transaction that writes many rows into tables that were empty. PostgreSQL plans a statement (those of foreign keys
 * and triggers too) once per connection, and on a table without statistics every index that begins with the realm looks
 * alike: it may then read all people of the realm for each row written, which made an import of 10,000 people quadratic
 * (75 s of CPU). Nobody else sees uncommitted rows, so autovacuum cannot help: the transaction takes the statistics itself,
 * and keeps away from sequential scans that are cheap only while the table is small.
 */
export async function bulk(transaction: Queryable): Promise<Queryable> {
  let statements = 0;
  let nextLook = FIRST_LOOK;
  await transaction.count({ name: 'bulk_begin', text: 'set local enable_seqscan = off', dynamic: true });

  async function counted<T>(run: () => Promise<T>): Promise<T> {
    statements += 1;
    if (statements >= nextLook) {
      nextLook *= 10;
      await transaction.count({ name: 'bulk_analyze', text: `analyze ${FILLED}`, dynamic: true });
    }
    return run();
  }
  const counting: Queryable = {
    rows: <R>(statement: Statement) => counted(() => transaction.rows<R>(statement)),
    row: <R>(statement: Statement) => counted(() => transaction.row<R>(statement)),
    count: (statement: Statement) => counted(() => transaction.count(statement)),
    atomically: (work) => work(counting),
  };
  return counting;
}
