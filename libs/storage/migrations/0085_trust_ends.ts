import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: a trusted browser is spared the second factor because of what was true when it was trusted. Whatever changes that
 * ends it here, whichever door it came through: account pages, REST, SCIM, an import or an operator (docs/adr/0018). A
 * renewed hash, a counter or a last use changes nothing; a recovery ends trust where it is judged.
 * Locks: SHARE ROW EXCLUSIVE on four tables for a moment, no rewrite. Size: one look-up by key a change.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function end_trust(of_realm uuid, of_user uuid) returns void language sql as $$
      update device set trusted_at = null
      where realm_id = of_realm and user_id = of_user and trusted_at is not null;
    $$;

    create function end_trust_of_holder() returns trigger language plpgsql as $$
    begin
      if tg_op = 'DELETE' then
        perform end_trust(old.realm_id, old.user_id);
      else
        perform end_trust(new.realm_id, new.user_id);
      end if;
      return null;
    end $$;

    create function end_trust_of_account() returns trigger language plpgsql as $$
    begin
      perform end_trust(new.realm_id, new.id);
      return null;
    end $$;

    create trigger totp_authenticator_ends_trust after insert or update of confirmed_at on totp_authenticator
      for each row when (new.confirmed_at is not null) execute function end_trust_of_holder();
    create trigger totp_authenticator_removed_ends_trust after delete on totp_authenticator
      for each row when (old.confirmed_at is not null) execute function end_trust_of_holder();
    create trigger webauthn_authenticator_ends_trust after insert or delete on webauthn_authenticator
      for each row execute function end_trust_of_holder();
    create trigger password_credential_ends_trust after insert or delete or update of id on password_credential
      for each row execute function end_trust_of_holder();
    create trigger user_account_ends_trust
      after update of enabled, email_norm, phone_number, recovery_frozen_until on user_account
      for each row
      when ((old.enabled and not new.enabled)
        or old.email_norm is distinct from new.email_norm
        or old.phone_number is distinct from new.phone_number
        or old.recovery_frozen_until is distinct from new.recovery_frozen_until)
      execute function end_trust_of_account();
  `);
}

export const down = forwardOnly;
