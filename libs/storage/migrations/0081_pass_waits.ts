import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: a pass may have to wait before it counts, so that its person can stop it. The approver is told apart by account,
 * and is neither who issued the pass nor whom it is for.
 * Locks: recovery_pass for a moment; the default is a constant of the statement, so no row is rewritten.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table recovery_pass add column usable_at timestamptz not null default now(),
      add check (approved_by <> user_id::text);
  `);
}

export const down = forwardOnly;
