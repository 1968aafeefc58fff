import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: people are told 30, 7 and 1 days before their backup codes expire, once each. The set remembers the last reminder,
 * in days ahead. backup_code_set_expiry (0031) finds
 * those that are near their end.
 * Locks: backup_code_set for a moment; the column has no default.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table backup_code_set add column reminded_days integer;
  `);
}

export const down = forwardOnly;
