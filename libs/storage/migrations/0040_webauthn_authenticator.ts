import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: passkeys and security keys. A credential id is bound once in a realm (WebAuthn L3 §7.1 step 26). The public key
 * has no bound beyond what a form can carry: post-quantum keys have more than a kilobyte.
 * Locks: new table. Size: a few rows a person.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table webauthn_authenticator (
      realm_id uuid not null,
      user_id uuid not null,
      id uuid not null default uuidv7(),
      credential_id bytea not null check (length(credential_id) between 1 and 1023),
      public_key bytea not null,
      counter bigint not null check (counter >= 0),
      transports text[] not null,
      aaguid uuid not null,
      backup_eligible boolean not null,
      backed_up boolean not null,
      user_verified boolean not null,
      label text not null,
      created_at timestamptz not null default now(),
      last_used_at timestamptz,
      counter_regressed_at timestamptz,
      primary key (realm_id, user_id, id),
      unique (realm_id, credential_id),
      check (backup_eligible or not backed_up),
      foreign key (realm_id, user_id) references user_account on delete cascade
    );
  `);
}

export const down = forwardOnly;
