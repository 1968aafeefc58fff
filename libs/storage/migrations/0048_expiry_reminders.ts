import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: people are told 30, 7 and 1 days before their backup codes expire, once each. The set remembers the last reminder,
 * in days ahead. The index holds active sets in the order of their end, so that the daily look reads only those that are near.
 * Locks: backup_code_set for a moment, and while the index is built. Size: one active set a person.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table backup_code_set add column reminded_days integer;
    create index backup_code_set_expiry on backup_code_set (expires_at) where state = 'active';
  `);
}

export const down = forwardOnly;
