import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: backup codes. One active and one pending set per person at most, by partial indexes; a used code has lost its
 * verifier and has a used_at (check); an ended set has lost all its verifiers.
 * Locks: new tables. Size: 1 set and 10 codes a person, plus ended sets.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table backup_code_set (
      realm_id uuid not null,
      user_id uuid not null,
      id uuid not null default uuidv7(),
      state text not null check (state in ('pending', 'active', 'ended')),
      scheme_version integer not null,
      memory_kib integer not null,
      iterations integer not null,
      parallelism integer not null,
      pepper_id text not null,
      salt bytea not null check (length(salt) >= 16),
      code_length integer not null,
      group_length integer not null,
      code_count integer not null check (code_count > 0),
      codes_left integer not null check (codes_left between 0 and code_count),
      created_at timestamptz not null default now(),
      confirmed_at timestamptz,
      expires_at timestamptz not null,
      last_used_at timestamptz,
      ended_at timestamptz,
      ended_reason text check (ended_reason in ('regenerated', 'revoked', 'expired', 'abandoned', 'factor_removed')),
      primary key (realm_id, user_id, id),
      foreign key (realm_id, user_id) references user_account on delete cascade,
      check ((state = 'ended') = (ended_at is not null)),
      check ((state = 'ended') = (ended_reason is not null)),
      check (state <> 'active' or confirmed_at is not null)
    );
    create unique index backup_code_set_one_active on backup_code_set (realm_id, user_id) where state = 'active';
    create unique index backup_code_set_one_pending on backup_code_set (realm_id, user_id) where state = 'pending';

    create table backup_code (
      realm_id uuid not null,
      user_id uuid not null,
      set_id uuid not null,
      index integer not null check (index >= 0),
      verifier bytea,
      used_at timestamptz,
      primary key (realm_id, user_id, set_id, index),
      foreign key (realm_id, user_id, set_id) references backup_code_set on delete cascade,
      check (verifier is null or used_at is null)
    );
  `);
}

export const down = forwardOnly;
