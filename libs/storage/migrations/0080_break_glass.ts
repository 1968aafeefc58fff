import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: the way back in when every administrator of a realm is locked out. Sealed codes, one live set a realm, as argon2id
 * verifiers under a pepper like backup codes; and what was opened with them: a pass for one administrator, of which only
 * a keyed digest is kept. An opening stays open, and is shown everywhere, until somebody closes it.
 * Locks: new tables; recovery_case is locked while its new check is validated. Size: a few rows a realm.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table break_glass_set (
      realm_id uuid not null references realm on delete cascade,
      id uuid not null default uuidv7(),
      scheme_version integer not null,
      memory_kib integer not null,
      iterations integer not null,
      parallelism integer not null,
      pepper_id text not null,
      salt bytea not null check (length(salt) >= 16),
      code_length integer not null,
      created_at timestamptz not null default now(),
      created_by text not null,
      ended_at timestamptz,
      ended_reason text check (ended_reason in ('replaced', 'revoked')),
      primary key (realm_id, id),
      check ((ended_at is null) = (ended_reason is null))
    );
    create unique index break_glass_set_one_live on break_glass_set (realm_id) where ended_at is null;

    create table break_glass_code (
      realm_id uuid not null,
      set_id uuid not null,
      index integer not null check (index >= 0),
      verifier bytea,
      used_at timestamptz,
      primary key (realm_id, set_id, index),
      foreign key (realm_id, set_id) references break_glass_set on delete cascade,
      check (verifier is null or used_at is null)
    );

    create table break_glass_opening (
      realm_id uuid not null,
      user_id uuid not null,
      id uuid not null default uuidv7(),
      set_id uuid not null,
      code_index integer not null,
      digest bytea not null check (length(digest) = 32),
      made_account boolean not null,
      opened_by text not null,
      opened_at timestamptz not null default now(),
      expires_at timestamptz not null,
      used_at timestamptz,
      closed_at timestamptz,
      closed_by text,
      primary key (realm_id, id),
      unique (realm_id, set_id, code_index),
      foreign key (realm_id, user_id) references user_account on delete cascade,
      check ((closed_at is null) = (closed_by is null))
    );
    create index break_glass_open on break_glass_opening (opened_at) where closed_at is null;
    create index break_glass_opening_of_user on break_glass_opening (realm_id, user_id);

    alter table recovery_case drop constraint recovery_case_by_check,
      add constraint recovery_case_by_check check (by in ('backup_code', 'pass', 'break_glass'));
  `);
}

export const down = forwardOnly;
