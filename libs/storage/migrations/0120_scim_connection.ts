import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: directories that a realm is connected with: those that write to us (server), those we keep in step (target) and
 * those we read (source). The name stands in URLs. The secret is what we prove ourselves with to a target or source;
 * tokens of those who write to us are no part of this. `version` guards changes of everything but the state.
 * Locks: new table. Size: a few rows a realm, one or two an organization.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table scim_connection (
      realm_id uuid not null references realm on delete cascade,
      id uuid not null default uuidv7(),
      name text not null check (name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9]|)$'),
      organization_id uuid,
      kind text not null check (kind in ('server', 'target', 'source')),
      profile text not null check (profile ~ '^[a-z_]{1,32}$'),
      state text not null check (state in ('active', 'paused', 'quarantined', 'disabled')),
      state_reason text check (length(state_reason) <= 500),
      state_since timestamptz not null default now(),
      settings jsonb not null check (jsonb_typeof(settings) = 'object'),
      secret_sealed bytea,
      version integer not null default 1 check (version > 0),
      created_at timestamptz not null default now(),
      primary key (realm_id, id),
      unique (realm_id, name),
      foreign key (realm_id, organization_id) references organization on delete cascade
    );
    create index scim_connection_organization on scim_connection (realm_id, organization_id)
      where organization_id is not null;
  `);
}

export const down = forwardOnly;
