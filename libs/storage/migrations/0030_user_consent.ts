import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: what a person allowed an application, kept across sessions so that consent is asked once.
 * Locks: new table. Size: one row for each person and application that asks.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table user_consent (
      realm_id uuid not null,
      user_id uuid not null,
      client_id uuid not null,
      scopes text[] not null,
      claims text[] not null,
      granted_at timestamptz not null default now(),
      primary key (realm_id, user_id, client_id),
      foreign key (realm_id, user_id) references user_account on delete cascade,
      foreign key (realm_id, client_id) references client on delete cascade
    );
    create index user_consent_of_client on user_consent (realm_id, client_id);
  `);
}

export const down = forwardOnly;
