import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: one password per person, as a PHC string.
 * Locks: new table. Size: one row a person.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table password_credential (
      realm_id uuid not null,
      user_id uuid not null,
      id uuid not null default uuidv7(),
      phc text not null check (phc like '$%'),
      created_at timestamptz not null default now(),
      last_used_at timestamptz,
      primary key (realm_id, user_id),
      foreign key (realm_id, user_id) references user_account on delete cascade
    );
  `);
}

export const down = forwardOnly;
