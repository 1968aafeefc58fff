import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: codes sent by mail and by text message. One for each sign-in and kind: a new one takes the place of the one before.
 * A code has few digits, so its digest is keyed. user_id is null for a code that was sent to nobody, where a name that
 * nobody has must cost the same. phone_number_changed_at is kept by a trigger, so that no writer can make a new number
 * look like an old one.
 * Locks: new table; attempt_counter for a scan of it; user_account for a moment. Size: sign-ins of the last hours; swept.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table sent_code (
      realm_id uuid not null references realm on delete cascade,
      sign_in_uid text not null check (length(sign_in_uid) <= 128),
      kind text not null check (kind in ('email', 'sms')),
      user_id uuid,
      digest bytea not null check (length(digest) = 32),
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      used_at timestamptz,
      primary key (realm_id, sign_in_uid, kind),
      foreign key (realm_id, user_id) references user_account on delete cascade
    );
    create index sent_code_expiry on sent_code (expires_at);
    create index sent_code_of_user on sent_code (realm_id, user_id) where user_id is not null;

    alter table attempt_counter drop constraint attempt_counter_factor_check;
    alter table attempt_counter add constraint attempt_counter_factor_check
      check (factor in ('password', 'totp', 'webauthn', 'sms', 'email', 'backup_code', 'network'));

    alter table user_account add column phone_number_changed_at timestamptz;
    create function user_account_phone_changed() returns trigger language plpgsql as $$
    begin
      new.phone_number_changed_at := now();
      return new;
    end $$;
    create trigger user_account_phone before update of phone_number on user_account
      for each row when (old.phone_number is distinct from new.phone_number)
      execute function user_account_phone_changed();
  `);
}

export const down = forwardOnly;
