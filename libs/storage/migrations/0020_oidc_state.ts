import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: the state of the OIDC engine. Ids are SHA-256 digests bound to their kind; whoever reads the tables holds nothing
 * that could be presented. Nothing is deleted when it ends: the row stays as a tombstone without its payload until it
 * would have expired, so that a write under way in another request cannot bring it back. `payload` is json, not jsonb:
 * it is written and read whole. No foreign keys: rows are short-lived, and a check would cost each token two look-ups;
 * a token whose person, session or grant is gone is refused when it is used.
 *
 * oidc_token: one row an issued token or other single-use id, `kind` in every key. grant_id finds a family.
 * oidc_session: one row a cookie value; a changed cookie value is a new row with the same uid. `ended`: no row of this
 * uid may follow. oidc_grant: what a person allowed a client. oidc_interaction: a prompt under way.
 *
 * Locks: new tables. Size: rate × lifetime; 10^6 to 10^7 tokens of about 700 bytes. Expired rows leave in small batches
 * (docs/adr/0009), which is why vacuum comes early here.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create type oidc_token_kind as enum (
      'AccessToken', 'AuthorizationCode', 'RefreshToken', 'ClientCredentials', 'DeviceCode',
      'BackchannelAuthenticationRequest', 'PreAuthorizedCode', 'PushedAuthorizationRequest', 'InitialAccessToken',
      'RegistrationAccessToken', 'ReplayDetection'
    );

    create table oidc_token (
      realm_id uuid not null,
      kind oidc_token_kind not null,
      id bytea not null check (length(id) = 32),
      grant_id text,
      session_uid text,
      account_id uuid,
      user_code bytea check (length(user_code) = 32),
      payload json,
      expires_at timestamptz not null,
      consumed_at timestamptz,
      destroyed_at timestamptz,
      primary key (realm_id, kind, id),
      check ((payload is null) = (destroyed_at is not null))
    ) with (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02);
    create index oidc_token_grant on oidc_token (realm_id, grant_id) where grant_id is not null;
    create unique index oidc_token_user_code on oidc_token (realm_id, user_code) where user_code is not null;
    create index oidc_token_expiry on oidc_token (expires_at);

    create table oidc_session (
      realm_id uuid not null,
      id bytea not null check (length(id) = 32),
      uid text not null,
      account_id uuid,
      payload json,
      ip text,
      user_agent text,
      created_at timestamptz not null default now(),
      last_seen_at timestamptz not null default now(),
      expires_at timestamptz not null,
      destroyed_at timestamptz,
      ended boolean not null default false check (not ended or destroyed_at is not null),
      primary key (realm_id, id),
      check ((payload is null) = (destroyed_at is not null))
    ) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
    create index oidc_session_uid on oidc_session (realm_id, uid);
    create index oidc_session_account on oidc_session (realm_id, account_id) where account_id is not null;
    create index oidc_session_expiry on oidc_session (expires_at);

    create table oidc_grant (
      realm_id uuid not null,
      id text not null,
      account_id uuid,
      client_id text,
      payload json,
      expires_at timestamptz not null,
      destroyed_at timestamptz,
      primary key (realm_id, id),
      check ((payload is null) = (destroyed_at is not null))
    ) with (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02);
    create index oidc_grant_expiry on oidc_grant (expires_at);

    create table oidc_interaction (
      realm_id uuid not null,
      id bytea not null check (length(id) = 32),
      session_uid text,
      grant_id text,
      account_id uuid,
      payload json,
      expires_at timestamptz not null,
      destroyed_at timestamptz,
      primary key (realm_id, id),
      check ((payload is null) = (destroyed_at is not null))
    ) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
    create index oidc_interaction_expiry on oidc_interaction (expires_at);
  `);
}

export const down = forwardOnly;
