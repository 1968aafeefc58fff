import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: where codes are sent to is a second factor. One that an import, a directory or an administrator replaces goes on
 * being it until the new one counts (docs/adr/0023), so what was verified before is kept, whichever door it came through.
 * What a person changes with a proof of their own keeps nothing: the repository drops it in the same transaction.
 * Locks: user_account for a moment, no rewrite. Size: nothing for most people; 16 rows of a person and kind at most,
 * swept once the new one counts.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table user_account add column email_changed_at timestamptz;
    create function user_account_email_changed() returns trigger language plpgsql as $$
    begin
      new.email_changed_at := now();
      return new;
    end $$;
    create trigger user_account_email before update of email_norm on user_account
      for each row when (old.email_norm is distinct from new.email_norm)
      execute function user_account_email_changed();

    create table contact_before (
      realm_id uuid not null,
      user_id uuid not null,
      kind text not null check (kind in ('email', 'sms')),
      address text not null,
      stood_from timestamptz,
      stood_until timestamptz not null default clock_timestamp(),
      primary key (realm_id, user_id, kind, stood_until),
      foreign key (realm_id, user_id) references user_account on delete cascade
    );

    create function keep_contact(of_realm uuid, of_user uuid, of_kind text, was text, since timestamptz)
      returns void language sql as $$
      insert into contact_before (realm_id, user_id, kind, address, stood_from)
      select of_realm, of_user, of_kind, was, since
      where (select count(*) from contact_before
             where realm_id = of_realm and user_id = of_user and kind = of_kind) < 16;
    $$;

    create function keep_contacts() returns trigger language plpgsql as $$
    begin
      if old.email is not null and old.email_verified
        and (old.email_norm is distinct from new.email_norm or not new.email_verified) then
        perform keep_contact(new.realm_id, new.id, 'email', old.email, old.email_changed_at);
      end if;
      if old.phone_number is not null and old.phone_number_verified
        and (old.phone_number is distinct from new.phone_number or not new.phone_number_verified) then
        perform keep_contact(new.realm_id, new.id, 'sms', old.phone_number, old.phone_number_changed_at);
      end if;
      return null;
    end $$;
    create trigger user_account_contacts
      after update of email_norm, email_verified, phone_number, phone_number_verified on user_account
      for each row
      when ((old.email is not null and old.email_verified
          and (old.email_norm is distinct from new.email_norm or not new.email_verified))
        or (old.phone_number is not null and old.phone_number_verified
          and (old.phone_number is distinct from new.phone_number or not new.phone_number_verified)))
      execute function keep_contacts();
  `);
}

export const down = forwardOnly;
