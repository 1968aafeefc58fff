import type { Knex } from 'knex';

/**
 * What a person allowed an application, kept across sessions so that consent is asked once.
 * Lock: none on existing data. Size: one row a person and application that asks.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table user_consent (
      realm_id uuid not null references realm (id) on delete cascade,
      user_id uuid not null,
      client_id uuid not null,
      scopes text[] not null,
      claims text[] not null,
      granted_at timestamptz not null default now(),
      primary key (realm_id, user_id, client_id)
    )
  `);
}

export function down(): never {
  throw new Error('migrations go forward only');
}
