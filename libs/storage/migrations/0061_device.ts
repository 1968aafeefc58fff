import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: browsers a person signed in with: what is unknown here counts as a new device, and what is trusted here is spared
 * the second factor for as long as the policy of the day allows (trusted_at). The key leads with the person, so a
 * browser's secret is worth nothing for anyone else.
 * Locks: new table. Size: a few rows a person; those not seen for a year are swept with the next sign-in of the person.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table device (
      realm_id uuid not null,
      user_id uuid not null,
      id uuid not null default uuidv7(),
      secret_hash bytea not null check (length(secret_hash) = 32),
      user_agent text check (length(user_agent) <= 512),
      ip inet,
      created_at timestamptz not null default now(),
      last_seen_at timestamptz not null default now(),
      trusted_at timestamptz,
      primary key (realm_id, user_id, id),
      foreign key (realm_id, user_id) references user_account on delete cascade
    );
  `);
}

export const down = forwardOnly;
