import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: signing keys of a realm, private JWK sealed. The partial index allows one signing key per algorithm.
 * Locks: new table. Size: a few rows a realm, some per rotation.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table signing_key (
      realm_id uuid not null references realm on delete cascade,
      kid text not null,
      alg text not null check (alg in ('ES256', 'RS256', 'EdDSA')),
      state text not null check (state in ('published', 'active', 'retiring', 'retired')),
      private_jwk_sealed bytea not null,
      created_at timestamptz not null default now(),
      state_changed_at timestamptz not null default now(),
      primary key (realm_id, kid)
    );
    create unique index signing_key_one_active on signing_key (realm_id, alg) where state = 'active';
  `);
}

export const down = forwardOnly;
