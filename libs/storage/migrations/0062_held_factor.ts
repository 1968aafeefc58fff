import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: one place that says what second factors people hold, for questions about whole realms. A further factor replaces
 * the view with one that has its table too.
 * Locks: none. Size: a view.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create view held_factor as
      select realm_id, user_id, id, 'totp' as kind, label from totp_authenticator where confirmed_at is not null
      union all
      select realm_id, user_id, id, 'webauthn', label from webauthn_authenticator;
  `);
}

export const down = forwardOnly;
