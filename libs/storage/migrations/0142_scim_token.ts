import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: bearer tokens that directories show. 256 random bits need no slow hash: SHA-256 is kept, and found by it. Two live at
 * once let a token be exchanged without a gap; a third is refused where it is issued, under a lock of its connection.
 * Locks: new table. Size: a few rows a connection.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table scim_token (
      realm_id uuid not null,
      id uuid not null default uuidv7(),
      connection_id uuid not null,
      label text not null check (label <> '' and length(label) <= 100),
      hash bytea not null check (length(hash) = 32),
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      last_used_at timestamptz,
      warned_at timestamptz,
      primary key (realm_id, id),
      unique (realm_id, hash),
      foreign key (realm_id, connection_id) references scim_connection on delete cascade
    );
    create index scim_token_connection on scim_token (realm_id, connection_id);
    create index scim_token_expiry on scim_token (expires_at);
  `);
}

export const down = forwardOnly;
