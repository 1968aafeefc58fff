import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: `auth_time` is when a person last proved who they are, not when they left the last page of the sign-in: who finds a
 * browser that waits at a consent page has no fresh proof. Locks: ACCESS EXCLUSIVE for a moment; the column has no default.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table sign_in add column proven_at timestamptz');
}

export const down = forwardOnly;
