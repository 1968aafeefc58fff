import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: a time of grace to set up a second factor counts from the first sign-in that asked for it, so that nobody comes
 * back from a long absence to find it over. The row stays: who removes the factor later has no second time of grace.
 * Locks: new table. Size: at most one row a person, in realms that grant a time of grace.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table second_factor_grace (
      realm_id uuid not null,
      user_id uuid not null,
      began_at timestamptz not null default now(),
      primary key (realm_id, user_id),
      foreign key (realm_id, user_id) references user_account on delete cascade
    );
  `);
}

export const down = forwardOnly;
