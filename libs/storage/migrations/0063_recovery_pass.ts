import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: passes that an administrator issues to somebody who lost every way back in: short-lived, used once, after the
 * password. Only a keyed digest is kept. A pass for a privileged person counts once another operator approved it.
 * Locks: new table. Size: a few rows a day.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table recovery_pass (
      realm_id uuid not null,
      user_id uuid not null,
      id uuid not null default uuidv7(),
      digest bytea not null check (length(digest) = 32),
      issued_by text not null,
      needs_approval boolean not null,
      approved_by text check (approved_by <> issued_by),
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      used_at timestamptz,
      revoked_at timestamptz,
      primary key (realm_id, user_id, id),
      foreign key (realm_id, user_id) references user_account on delete cascade
    );
    create unique index recovery_pass_one_live on recovery_pass (realm_id, user_id)
      where used_at is null and revoked_at is null;
  `);
}

export const down = forwardOnly;
