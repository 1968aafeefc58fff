import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: tries of passkeys and security keys are counted too, and of codes by mail and text message.
 * Locks: attempt_counter, for a scan of it: subjects with failures only.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table attempt_counter drop constraint attempt_counter_factor_check;
    alter table attempt_counter add constraint attempt_counter_factor_check
      check (factor in ('password', 'totp', 'webauthn', 'sms', 'email', 'backup_code', 'network'));
  `);
}

export const down = forwardOnly;
