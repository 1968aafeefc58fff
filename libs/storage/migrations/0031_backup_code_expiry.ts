import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: the job that ends expired sets, and reminders ahead of it, look for active sets by their end.
 * Locks: writes to backup_code_set wait while the index is built. Size: one entry for each active set.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`create index backup_code_set_expiry on backup_code_set (expires_at) where state = 'active'`);
}

export const down = forwardOnly;
