import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: when everything of a person is ended, what was proven before in a sign-in that is still under way, or parked at
 * its last redirect, ends too: saved_at is when the state was reached, sessions_ended_at when all was ended last.
 * Locks: ACCESS EXCLUSIVE on both for a moment: neither column rewrites the table (a constant default and none).
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table sign_in add column saved_at timestamptz not null default now();
    alter table user_account add column sessions_ended_at timestamptz;
  `);
}

export const down = forwardOnly;
