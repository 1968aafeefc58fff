import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: a set remembers whether any of its codes may be used or the one that is asked for by its number, because people
 * hold sets that were made, and shown, under the policy of their day.
 * Locks: brief, a column with a constant default. Size: nothing much.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table backup_code_set
      add column selection text not null default 'any' check (selection in ('any', 'numbered'));
  `);
}

export const down = forwardOnly;
