import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: the challenge of a ceremony, which is one place (a sign-in or a session) and one purpose. It is spent once, by
 * the statement that sets used_at. No foreign key to the person: a row is written while a page is rendered, and dies
 * within minutes.
 * Locks: new table. Size: sign-ins of about the last hour; swept in batches by expiry.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table webauthn_challenge (
      realm_id uuid not null references realm on delete cascade,
      place text not null check (length(place) <= 160),
      purpose text not null check (purpose in ('register', 'first', 'second')),
      user_id uuid,
      challenge bytea not null check (length(challenge) >= 16),
      expires_at timestamptz not null,
      used_at timestamptz,
      primary key (realm_id, place, purpose)
    );
    create index webauthn_challenge_expiry on webauthn_challenge (expires_at);
  `);
}

export const down = forwardOnly;
