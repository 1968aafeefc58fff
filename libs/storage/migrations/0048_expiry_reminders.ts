import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: people are told 30, 7 and 1 days before their backup codes expire, once each. The set remembers the last reminder,
 * in days ahead.
 * Locks: backup_code_set for a moment. Size: one active set a person.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table backup_code_set add column reminded_days integer;
  `);
}

export const down = forwardOnly;
