import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: the journey of one sign-in, keyed by the interaction uid; saved only at the version that was read.
 * Locks: new table. Size: sign-ins of about the last hour; swept in batches by expiry.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table sign_in (
      realm_id uuid not null references realm on delete cascade,
      uid text not null check (uid <> '' and length(uid) <= 128),
      version integer not null default 1,
      state jsonb not null,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      primary key (realm_id, uid)
    );
    create index sign_in_expiry on sign_in (expires_at);
  `);
}

export const down = forwardOnly;
