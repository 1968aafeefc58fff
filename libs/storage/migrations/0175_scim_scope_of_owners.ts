import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: who came in through a directory that writes to us could be sent back to it by a target of ours. \`exceptFrom\` of a
 * target now names servers too: what such a connection owns is not sent. When a connection that is excepted goes or gets
 * another name, its targets look at everybody again.
 *
 * What decides for one person is asked by key, in functions and scalar queries, which no planner turns into joins: without
 * statistics, as after an import, it compared everybody with everybody, and then with everybody again. The remote id leads
 * its index now, so that it can be told apart from the others, which all begin with the realm.
 * Locks: scim_link against writes while its index is built (a second for 100,000 links), scim_connection for a moment.
 * Size: as before.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index scim_link_remote;
    create unique index scim_link_remote on scim_link (remote_id, realm_id, connection_id, kind)
      where remote_id is not null;

    create function scim_reach(in_realm uuid, in_connection uuid)
      returns table (organization_id uuid, people_of jsonb, groups jsonb, excepted uuid[]) language sql stable
    begin atomic
      select c.organization_id, case c.settings ->> 'people' when 'groups' then c.settings -> 'groups' end,
        c.settings -> 'groups', array(
          select o.id from scim_connection o
          where o.realm_id = c.realm_id and (
            (o.kind in ('source', 'server') and jsonb_exists(c.settings -> 'exceptFrom', o.name))
            or (o.kind = 'source' and o.settings -> 'baseUrl' = c.settings -> 'baseUrl')
          )
        )
      from scim_connection c where c.realm_id = in_realm and c.id = in_connection;
    end;

    create function scim_is_excepted(in_realm uuid, excepted uuid[], in_id uuid) returns boolean language sql stable
    begin atomic
      select case when excepted = '{}' then false else
        coalesce((
          select r.connection_id from scim_resource r where r.realm_id = in_realm and r.id = in_id
        ) = any (excepted), false)
        or coalesce((
          select bool_or(l.connection_id = any (excepted)) from scim_link l
          where l.realm_id = in_realm and l.local_id = in_id
        ), false)
      end;
    end;

    create function scim_takes_person(
      in_realm uuid, in_organization uuid, people_of jsonb, excepted uuid[], in_id uuid
    ) returns boolean language sql stable
    begin atomic
      select (in_organization is null or exists (
          select from organization_member m
          where m.realm_id = in_realm and m.organization_id = in_organization and m.user_id = in_id
        ))
        and (people_of is null or exists (
          select from user_group ug
          where ug.realm_id = in_realm and ug.user_id = in_id and (jsonb_exists(people_of, '*') or (
            select jsonb_exists(people_of, g.path) from "group" g
            where g.realm_id = ug.realm_id and g.id = ug.group_id
          ))
        ))
        and not scim_is_excepted(in_realm, excepted, in_id);
    end;

    create or replace function scim_scope(in_realm uuid, in_connection uuid)
      returns table (kind text, local_id uuid, enabled boolean) language sql stable
    begin atomic
      select 'user', u.id, u.enabled
      from scim_reach(in_realm, in_connection) c join user_account u on u.realm_id = in_realm
      where u.service_account_client_id is null
        and scim_takes_person(in_realm, c.organization_id, c.people_of, c.excepted, u.id)
      union all
      select 'group', g.id, true
      from scim_reach(in_realm, in_connection) c join "group" g on g.realm_id = in_realm
      where (jsonb_exists(c.groups, '*') or jsonb_exists(c.groups, g.path))
        and not scim_is_excepted(in_realm, c.excepted, g.id);
    end;

    create function scim_exception_ends() returns trigger language plpgsql as $$
    begin
      update scim_pace p set reconciled_version = 0
      from scim_connection t
      where t.realm_id = old.realm_id and t.kind = 'target'
        and (jsonb_exists(t.settings -> 'exceptFrom', old.name) or t.settings -> 'baseUrl' = old.settings -> 'baseUrl')
        and p.realm_id = t.realm_id and p.connection_id = t.id;
      return null;
    end $$;
    create trigger scim_exception_ends after delete or update of name on scim_connection
      for each row when (old.kind <> 'target') execute function scim_exception_ends();
  `);
}

export const down = forwardOnly;
