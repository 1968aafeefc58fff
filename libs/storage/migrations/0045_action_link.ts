import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: single-use links that are sent by mail (reset a password, verify an address, "this wasn't me"). Only the digest of
 * a token is kept: it has 256 random bits, so a plain SHA-256 cannot be guessed back. `data` says what the link is about,
 * such as the address it verifies, and holds nothing secret.
 * Locks: new table. Size: links of the last weeks; swept a week after they expire.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table action_link (
      realm_id uuid not null,
      token_digest bytea not null check (length(token_digest) = 32),
      purpose text not null check (purpose <> '' and length(purpose) <= 64),
      user_id uuid not null,
      data jsonb not null check (jsonb_typeof(data) = 'object'),
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      used_at timestamptz,
      primary key (realm_id, token_digest),
      foreign key (realm_id, user_id) references user_account on delete cascade
    );
    create index action_link_of_user on action_link (realm_id, user_id, purpose);
    create index action_link_expiry on action_link (expires_at);
  `);
}

export const down = forwardOnly;
