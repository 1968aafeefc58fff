import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: authenticator apps, seed sealed. `last_step` only grows: a time step is accepted once (RFC 6238 §5.2). The
 * partial index allows one enrolment in progress per person.
 * Locks: new table. Size: about one row a person.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table totp_authenticator (
      realm_id uuid not null,
      user_id uuid not null,
      id uuid not null default uuidv7(),
      label text not null,
      secret_sealed bytea not null,
      algorithm text not null check (algorithm in ('sha1', 'sha256', 'sha512')),
      digits integer not null check (digits in (6, 7, 8)),
      period_seconds integer not null check (period_seconds between 1 and 3600),
      last_step bigint not null,
      drift_steps integer not null,
      created_at timestamptz not null default now(),
      confirmed_at timestamptz,
      last_used_at timestamptz,
      primary key (realm_id, user_id, id),
      foreign key (realm_id, user_id) references user_account on delete cascade
    );
    create unique index totp_authenticator_one_pending on totp_authenticator (realm_id, user_id)
      where confirmed_at is null;
  `);
}

export const down = forwardOnly;
