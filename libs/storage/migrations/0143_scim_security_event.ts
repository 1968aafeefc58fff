import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: security event tokens of a connection (RFC 9967), for a receiver that is told (RFC 8935) or asks (RFC 8936). A trigger
 * writes them in the transaction of the change, whichever door made it; names of attributes, never values. `set_config` of
 * sparekey.scim_put tells a PUT from other changes. A row goes when its receiver has it, or after 28 days.
 * Locks: new table and trigger. Size: changes that are not received yet.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table scim_security_event (
      realm_id uuid not null,
      id uuid not null default uuidv7(),
      connection_id uuid not null,
      event text not null check (event in ('create', 'put', 'patch', 'activate', 'deactivate', 'delete')),
      resource_type text not null,
      resource_id uuid not null,
      external_id text,
      attributes text[] not null,
      created_at timestamptz not null default now(),
      attempts integer not null default 0,
      next_at timestamptz not null default now(),
      last_error text,
      primary key (realm_id, id),
      foreign key (realm_id, connection_id) references scim_connection on delete cascade
    );
    create index scim_security_event_due on scim_security_event (realm_id, connection_id, next_at);
    create index scim_security_event_age on scim_security_event (created_at);

    create function scim_security_event() returns trigger language plpgsql as $$
    declare
      subject scim_resource := case tg_op when 'DELETE' then old else new end;
      kind text;
      names text[] := '{}';
    begin
      if subject.connection_id is null or not exists (
        select from scim_connection c where c.realm_id = subject.realm_id and c.id = subject.connection_id
          and c.settings #>> '{events,delivery}' in ('push', 'poll')
      ) then
        return null;
      end if;
      if tg_op = 'UPDATE' and old.connection_id is not distinct from new.connection_id then
        select coalesce(array_agg(key order by key), '{}') into names
        from (select key from jsonb_each(old.data || new.data)) known
        where old.data -> key is distinct from new.data -> key;
        kind := case
          when old.data -> 'active' is distinct from new.data -> 'active' and names = '{active}'
            then case when new.data -> 'active' = 'true' then 'activate' else 'deactivate' end
          when current_setting('sparekey.scim_put', true) = 'yes' then 'put'
          else 'patch'
        end;
        if names = '{}' and new.resource_type = 'Group' then names := '{members}'; end if;
      else
        kind := case tg_op when 'DELETE' then 'delete' else 'create' end;
        select coalesce(array_agg(key order by key), '{}') into names from jsonb_object_keys(subject.data) key where tg_op <> 'DELETE';
      end if;
      insert into scim_security_event (realm_id, connection_id, event, resource_type, resource_id, external_id, attributes)
      values (subject.realm_id, subject.connection_id, kind, subject.resource_type, subject.id, subject.external_id, names);
      return null;
    end $$;
    create trigger scim_resource_told after insert or update or delete on scim_resource
      for each row execute function scim_security_event();
  `);
}

export const down = forwardOnly;
