import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: what directories write to us. A person and a group stay rows of user_account and "group"; scim_resource holds what
 * SCIM says beside that, who owns it, and its version. Resources of types that an administrator defined live here alone.
 * `search` is the comparable form that libs/scim makes of `data`, so that a filter needs no folding in SQL. Members are not
 * in the document: user_group has the people, scim_group_member the groups. A tombstone names what was deleted, and nothing
 * about it. scim_unique makes uniqueness of custom attributes the database's.
 * Locks: new tables. Size: one row a provisioned person or group, up to 10^6.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table scim_resource (
      realm_id uuid not null references realm on delete cascade,
      id uuid not null default uuidv7(),
      connection_id uuid,
      resource_type text not null check (resource_type ~ '^[A-Za-z][A-Za-z0-9]{0,63}$'),
      external_id text,
      data jsonb not null check (jsonb_typeof(data) = 'object'),
      search jsonb not null check (jsonb_typeof(search) = 'object'),
      version bigint not null default 1,
      created_at timestamptz not null default now(),
      modified_at timestamptz not null default now(),
      primary key (realm_id, id),
      foreign key (realm_id, connection_id) references scim_connection on delete set null (connection_id)
    );
    create index scim_resource_walk on scim_resource (realm_id, connection_id, resource_type, id);
    create index scim_resource_external on scim_resource (realm_id, connection_id, resource_type, external_id)
      where external_id is not null;
    create index scim_resource_modified on scim_resource (realm_id, connection_id, resource_type, modified_at);
    create index scim_resource_search on scim_resource using gin (search jsonb_path_ops);

    create table scim_unique (
      realm_id uuid not null,
      connection_id uuid not null,
      attribute text not null,
      value text not null,
      resource_id uuid not null,
      primary key (realm_id, connection_id, attribute, value),
      foreign key (realm_id, resource_id) references scim_resource on delete cascade
    );
    create index scim_unique_resource on scim_unique (realm_id, resource_id);

    create table scim_group_member (
      realm_id uuid not null,
      group_id uuid not null,
      member_id uuid not null,
      primary key (realm_id, group_id, member_id),
      foreign key (realm_id, group_id) references "group" on delete cascade,
      foreign key (realm_id, member_id) references "group" on delete cascade
    );
    create index scim_group_member_of on scim_group_member (realm_id, member_id);

    create table scim_tombstone (
      realm_id uuid not null references realm on delete cascade,
      id uuid not null,
      connection_id uuid,
      resource_type text not null,
      deleted_at timestamptz not null default now(),
      primary key (realm_id, id),
      foreign key (realm_id, connection_id) references scim_connection on delete set null (connection_id)
    );
    create index scim_tombstone_age on scim_tombstone (deleted_at);

    create function scim_fold(value text) returns text language sql immutable strict parallel safe
      return lower(normalize(value, nfkc) collate pg_unicode_fast);

    create function scim_present(value jsonb) returns boolean language plpgsql immutable parallel safe as $$
    begin
      return case jsonb_typeof(value)
        when 'string' then value <> '""'
        when 'array' then jsonb_array_length(value) > 0
        when 'object' then exists (select from jsonb_each(value) part where scim_present(part.value))
        when 'null' then false
        else value is not null
      end;
    end $$;
  `);
}

export const down = forwardOnly;
