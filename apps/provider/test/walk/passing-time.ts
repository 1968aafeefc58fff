import type { Realm } from '@sparekey/realms';
import type { Storage } from '@sparekey/storage';

/** One table whose past is moved: what to set, and which rows are still alive. */
const tables: readonly (readonly [table: string, changes: string, alive?: string])[] = [
  ['totp_authenticator', 'last_step = last_step - $2::int / 30, created_at = created_at - by'],
  ['webauthn_authenticator', 'created_at = created_at - by'],
  ['password_credential', 'created_at = created_at - by'],
  ['attempt_counter', 'locked_until = locked_until - by'],
  ['network_counter', 'slot = slot - $2::int / 300'],
  ['send_counter', 'slot = slot - $2::int / window_seconds'],
  ['sent_code', 'created_at = created_at - by, expires_at = expires_at - by', 'expires_at > now()'],
  ['webauthn_challenge', 'expires_at = expires_at - by', 'expires_at > now()'],
  ['sign_in', 'created_at = created_at - by, expires_at = expires_at - by', 'expires_at > now()'],
  [
    'oidc_interaction',
    `expires_at = expires_at - by, payload = case when payload #>> '{result,login,ts}' is null then payload else
       jsonb_set(payload::jsonb, '{result,login,ts}', to_jsonb((payload #>> '{result,login,ts}')::bigint - $2::int))::json end`,
    'expires_at > now() and destroyed_at is null',
  ],
  ['oidc_token', 'expires_at = expires_at - by', 'expires_at > now() and destroyed_at is null'],
  ['oidc_grant', 'expires_at = expires_at - by', 'expires_at > now() and destroyed_at is null'],
  [
    'oidc_session',
    `created_at = created_at - by, last_seen_at = last_seen_at - by, expires_at = expires_at - by,
     payload = jsonb_set(payload::jsonb, '{loginTs}', to_jsonb((payload ->> 'loginTs')::bigint - $2::int))::json`,
    `expires_at > now() and destroyed_at is null and payload ->> 'loginTs' is not null`,
  ],
  ['action_link', 'created_at = created_at - by, expires_at = expires_at - by', 'expires_at > now()'],
  ['device', 'created_at = created_at - by, last_seen_at = last_seen_at - by, trusted_at = trusted_at - by'],
  [
    'recovery_case',
    'created_at = created_at - by, until = until - by, expires_at = expires_at - by',
    `expires_at > now() and state <> 'done'`,
  ],
  [
    'recovery_pass',
    'created_at = created_at - by, usable_at = usable_at - by, expires_at = expires_at - by',
    'expires_at > now()',
  ],
  ['backup_code_set', 'created_at = created_at - by, expires_at = expires_at - by', `state <> 'ended'`],
  ['second_factor_grace', 'began_at = began_at - by'],
  ['user_account', 'created_at = created_at - by, recovery_frozen_until = recovery_frozen_until - by'],
];

const text = `with ${tables
  .map(
    ([table, changes, alive = 'true']) =>
      `of_${table} as (update ${table} set ${changes.replaceAll(' by', ' make_interval(secs => $2::int)')}
        where realm_id = $1 and ${alive} returning 1)`,
  )
  .join(', ')} select 1 as done`;

/**
 * Lets time pass for one realm, in the only place where the product keeps any: every moment it stored moves back.
 * `seconds` are whole steps of an authenticator app, so that its codes stay those of the machine's clock.
 */
export async function letPass({ database }: Storage, realm: Realm, seconds: number): Promise<void> {
  if (seconds % 30 !== 0) throw new Error('time passes in steps of 30 seconds');
  await database.row({ name: 'walk_time', text, values: [realm.id, seconds] });
}
