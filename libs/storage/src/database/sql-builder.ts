import knexFactory, { type Knex } from 'knex';
import type { Statement } from './queryable.ts';

/** knex without a connection: it writes the queries whose conditions vary, and `Queryable` runs them like all others. */
export const sql = knexFactory({ client: 'pg' });

/** The statement of a built query; not prepared, since its text varies. */
export function built(name: string, query: Knex.QueryBuilder): Statement {
  const native = query.toSQL().toNative();
  return { name, text: native.sql, values: [...native.bindings], dynamic: true };
}
