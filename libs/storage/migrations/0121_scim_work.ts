import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: what a target or source holds of ours (link), what is to be looked at (task), how a connection fares (pace), and
 * what was done (event, run). The task table is the queue: one row for a connection and resource, so that marking one
 * dirty twice costs nothing, and a pause, a quarantine or a staged deletion is a column and not a second truth.
 * A link has no foreign key to what it is a link of: it has to outlive it, to undo it on the other side.
 * Locks: new tables. Size: a link for each person, group and connection; tasks only while they are open; events for 90
 * days.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table scim_link (
      realm_id uuid not null,
      connection_id uuid not null,
      kind text not null check (kind in ('user', 'group')),
      local_id uuid not null,
      remote_id text check (remote_id <> '' and length(remote_id) <= 1024),
      sent jsonb not null default '{}' check (jsonb_typeof(sent) = 'object'),
      etag text,
      active boolean not null default false,
      waits_for text[] not null default '{}',
      disabled_at timestamptz,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      primary key (realm_id, connection_id, kind, local_id),
      foreign key (realm_id, connection_id) references scim_connection on delete cascade
    );
    create unique index scim_link_remote on scim_link (realm_id, connection_id, kind, remote_id)
      where remote_id is not null;
    create index scim_link_local on scim_link (realm_id, local_id);
    create index scim_link_waiting on scim_link (realm_id, connection_id) where waits_for <> '{}';

    create table scim_task (
      realm_id uuid not null,
      connection_id uuid not null,
      kind text not null check (kind in ('user', 'group')),
      local_id uuid not null,
      generation integer not null default 1,
      state text not null default 'open' check (state in ('open', 'dead', 'staged', 'asking')),
      allowed boolean not null default false,
      attempt integer not null default 0,
      run_after timestamptz not null default now(),
      failing_since timestamptz,
      lease_until timestamptz,
      lease uuid,
      failure text,
      why text check (length(why) <= 500),
      created_at timestamptz not null default now(),
      primary key (realm_id, connection_id, kind, local_id),
      foreign key (realm_id, connection_id) references scim_connection on delete cascade
    );
    create index scim_task_due on scim_task (realm_id, connection_id, kind, run_after) where state = 'open';

    create table scim_dirty (
      id bigint generated always as identity primary key,
      realm_id uuid not null references realm on delete cascade,
      connection_id uuid,
      kind text not null,
      local_id uuid not null,
      foreign key (realm_id, connection_id) references scim_connection on delete cascade
    );
    create index scim_dirty_realm on scim_dirty (realm_id, connection_id);

    create table scim_pace (
      realm_id uuid not null,
      connection_id uuid not null,
      not_before timestamptz not null default '-infinity',
      tokens double precision not null default 1,
      refilled_at timestamptz not null default now(),
      failures integer not null default 0,
      window_began_at timestamptz not null default now(),
      writes integer not null default 0,
      refused integer not null default 0,
      announced jsonb not null default '{}' check (jsonb_typeof(announced) = 'object'),
      announced_at timestamptz,
      reconciled_version integer not null default 0,
      watermark timestamptz,
      pulled_at timestamptz,
      pulled_full_at timestamptz,
      pull_lease_until timestamptz,
      primary key (realm_id, connection_id),
      foreign key (realm_id, connection_id) references scim_connection on delete cascade
    );
    insert into scim_pace (realm_id, connection_id) select realm_id, id from scim_connection;
    create function scim_connection_add_pace() returns trigger language plpgsql as $$
    begin
      insert into scim_pace (realm_id, connection_id) values (new.realm_id, new.id);
      return null;
    end $$;
    create trigger scim_connection_pace after insert on scim_connection
      for each row execute function scim_connection_add_pace();

    create table scim_event (
      realm_id uuid not null,
      connection_id uuid not null,
      id uuid not null default uuidv7(),
      at timestamptz not null default now(),
      kind text not null check (kind in ('user', 'group')),
      local_id uuid not null,
      remote_id text,
      action text not null,
      attributes text[] not null default '{}',
      failure text,
      why text check (length(why) <= 500),
      primary key (realm_id, connection_id, id),
      foreign key (realm_id, connection_id) references scim_connection on delete cascade
    );
    create index scim_event_at on scim_event (realm_id, connection_id, at);

    create table scim_run (
      realm_id uuid not null,
      connection_id uuid not null,
      id uuid not null default uuidv7(),
      kind text not null check (kind in ('full', 'drift', 'pull', 'delta')),
      asked_by text not null check (length(asked_by) between 1 and 255),
      began_at timestamptz not null default now(),
      ended_at timestamptz,
      scheduled integer not null default 0,
      outcome jsonb not null default '{}' check (jsonb_typeof(outcome) = 'object'),
      primary key (realm_id, connection_id, id),
      foreign key (realm_id, connection_id) references scim_connection on delete cascade
    );
  `);
}

export const down = forwardOnly;
