import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: one recovery of one person: how it was judged, what it waits for, what was lost. A sign-in has one live case at
 * most; a case that is taken up by a later sign-in leaves the earlier one. `bearer_hash` is the SHA-256 of 32 random
 * bytes that only one browser holds.
 * Locks: new table. Size: one row for each code used; kept with the person.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table recovery_case (
      realm_id uuid not null,
      user_id uuid not null,
      id uuid not null default uuidv7(),
      sign_in_uid text not null check (sign_in_uid <> '' and length(sign_in_uid) <= 128),
      by text not null check (by in ('backup_code', 'pass')),
      level text not null check (level in ('low', 'medium', 'high')),
      score integer not null check (score between 0 and 100),
      reasons text[] not null,
      demands text not null check (demands in ('nothing', 'other_channel', 'waiting')),
      waits_for text check (waits_for in ('cool_down', 'approval')),
      state text not null check (state in ('open', 'waiting', 'approved', 'vetoed', 'done')),
      until timestamptz,
      approvals text[] not null default '{}',
      approvals_needed integer not null check (approvals_needed between 1 and 5),
      lost uuid[] not null default '{}',
      bearer_hash bytea not null check (length(bearer_hash) = 32),
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      primary key (realm_id, id),
      foreign key (realm_id, user_id) references user_account on delete cascade,
      check ((demands = 'waiting') = (waits_for is not null)),
      check ((waits_for is not distinct from 'cool_down') = (until is not null)),
      check (state <> 'waiting' or demands = 'waiting')
    );
    create unique index recovery_case_of_sign_in on recovery_case (realm_id, sign_in_uid)
      where state in ('open', 'waiting', 'approved');
    create index recovery_case_of_user on recovery_case (realm_id, user_id, created_at desc);
    create index recovery_case_waiting on recovery_case (realm_id, created_at desc) where state = 'waiting';
  `);
}

export const down = forwardOnly;
