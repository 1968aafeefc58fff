import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: realms are the outermost key of everything else; seal_check proves at start that the master key is the one
 * this database was sealed with.
 * Locks: none that matter, new tables. Size: a handful to some thousand realms; one seal_check row per master key.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table realm (
      id uuid primary key default uuidv7(),
      name text not null unique check (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'),
      display_name text,
      enabled boolean not null default true,
      policy jsonb not null check (jsonb_typeof(policy) = 'object'),
      attributes jsonb not null default '{}' check (jsonb_typeof(attributes) = 'object'),
      version bigint not null default 1,
      created_at timestamptz not null default now()
    );

    create table seal_check (
      key_id text primary key,
      sealed bytea not null,
      is_current boolean not null,
      created_at timestamptz not null default now()
    );
    create unique index seal_check_one_current on seal_check (is_current) where is_current;
  `);
}

export const down = forwardOnly;
