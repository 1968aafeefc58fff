import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: applications of a realm. The secret is sealed by the application (AES-256-GCM), never readable in SQL.
 * Locks: new table. Size: tens to thousands of rows a realm.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table client (
      realm_id uuid not null references realm on delete cascade,
      id uuid not null default uuidv7(),
      client_id text not null check (client_id <> '' and length(client_id) <= 255),
      name text,
      description text,
      enabled boolean not null,
      public_client boolean not null,
      secret_sealed bytea,
      redirect_uris text[] not null,
      post_logout_redirect_uris text[] not null,
      web_origins text[] not null,
      standard_flow boolean not null,
      service_account boolean not null,
      consent_required boolean not null,
      base_url text,
      backchannel_logout_url text,
      backchannel_logout_session_required boolean not null,
      id_token_alg text not null check (id_token_alg in ('ES256', 'RS256', 'EdDSA')),
      scopes text[] not null,
      attributes jsonb not null check (jsonb_typeof(attributes) = 'object'),
      created_at timestamptz not null default now(),
      primary key (realm_id, id),
      unique (realm_id, client_id)
    );
  `);
}

export const down = forwardOnly;
