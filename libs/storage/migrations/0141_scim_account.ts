import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: people and groups are changed by other doors too. Triggers carry what SCIM tells of them (names, address, whether
 * they may sign in, members) into the document and its version, and leave a tombstone, so that no door can forget; what a
 * SCIM request itself writes agrees already and bumps nothing twice. scim_protected_people and _groups find who holds, or
 * hands out, one of the given realm roles, by composites and by parents of groups as user_claims does.
 * Locks: none that lasts; triggers are new. Size: nothing is stored.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function scim_main_email(emails jsonb) returns integer language sql immutable
      return (
        select (place - 1)::integer
        from jsonb_array_elements(case jsonb_typeof(emails) when 'array' then emails else '[]' end)
          with ordinality as listed(email, place)
        order by (email -> 'primary' is not distinct from 'true') desc, (lower(email ->> 'type') is not distinct from 'work') desc, place
        limit 1
      );

    create function scim_with_email(document jsonb, address text) returns jsonb language sql immutable
      return case
        when address is null and scim_main_email(document -> 'emails') is null then document
        when address is null then
          case when jsonb_array_length(document -> 'emails') = 1 then document - 'emails'
          else document #- array['emails', scim_main_email(document -> 'emails')::text] end
        when scim_main_email(document -> 'emails') is null then
          document || jsonb_build_object('emails', jsonb_build_array(jsonb_build_object('value', address, 'type', 'work', 'primary', true)))
        else jsonb_set(document, array['emails', scim_main_email(document -> 'emails')::text, 'value'], to_jsonb(address))
      end;

    create function scim_with_name(document jsonb, given text, family text) returns jsonb language sql immutable
      return case
        when jsonb_strip_nulls(coalesce(document -> 'name', '{}') || jsonb_build_object('givenName', given, 'familyName', family)) = '{}'
          then document - 'name'
        else document || jsonb_build_object('name',
          jsonb_strip_nulls(coalesce(document -> 'name', '{}') || jsonb_build_object('givenName', given, 'familyName', family)))
      end;

    create function scim_account_document(document jsonb, account user_account) returns jsonb language sql immutable
      return scim_with_email(scim_with_name(document, account.first_name, account.last_name), account.email)
        || jsonb_build_object('userName', account.username, 'active', account.enabled);

    create function scim_account_search(document jsonb, account user_account) returns jsonb language sql immutable
      return scim_with_email(
        scim_with_name(document, scim_fold(account.first_name), scim_fold(account.last_name)), scim_fold(account.email))
        || jsonb_build_object('userName', scim_fold(account.username), 'active', account.enabled);

    create function scim_account_changed() returns trigger language plpgsql as $$
    begin
      update scim_resource
      set data = scim_account_document(data, new), search = scim_account_search(search, new),
          version = version + 1, modified_at = now()
      where realm_id = new.realm_id and id = new.id and scim_account_document(data, new) <> data;
      return null;
    end $$;
    create trigger user_account_scim after update of username, email, first_name, last_name, enabled on user_account
      for each row
      when ((old.username, old.email, old.first_name, old.last_name, old.enabled)
        is distinct from (new.username, new.email, new.first_name, new.last_name, new.enabled))
      execute function scim_account_changed();

    create function scim_group_changed() returns trigger language plpgsql as $$
    begin
      update scim_resource
      set data = data || jsonb_build_object('displayName', new.name),
          search = search || jsonb_build_object('displayName', scim_fold(new.name)),
          version = version + 1, modified_at = now()
      where realm_id = new.realm_id and id = new.id and data ->> 'displayName' is distinct from new.name;
      return null;
    end $$;
    create trigger group_scim after update of name on "group" for each row execute function scim_group_changed();

    create function scim_members_changed() returns trigger language plpgsql as $$
    begin
      update scim_resource r set version = version + 1, modified_at = now()
      from (select distinct realm_id, group_id from changed) touched
      where r.realm_id = touched.realm_id and r.id = touched.group_id;
      return null;
    end $$;
    create trigger user_group_inserted_scim after insert on user_group referencing new table as changed
      for each statement execute function scim_members_changed();
    create trigger user_group_deleted_scim after delete on user_group referencing old table as changed
      for each statement execute function scim_members_changed();
    create trigger scim_group_member_inserted after insert on scim_group_member referencing new table as changed
      for each statement execute function scim_members_changed();
    create trigger scim_group_member_deleted after delete on scim_group_member referencing old table as changed
      for each statement execute function scim_members_changed();

    create function scim_buried() returns trigger language plpgsql as $$
    begin
      insert into scim_tombstone (realm_id, id, connection_id, resource_type)
      select r.realm_id, r.id, r.connection_id, r.resource_type
      from scim_resource r where r.realm_id = old.realm_id and r.id = old.id
      on conflict do nothing;
      delete from scim_resource where realm_id = old.realm_id and id = old.id;
      return null;
    end $$;
    create trigger user_account_buried after delete on user_account for each row execute function scim_buried();
    create trigger group_buried after delete on "group" for each row execute function scim_buried();

    create function scim_connection_gone() returns trigger language plpgsql as $$
    begin
      delete from scim_resource
      where realm_id = old.realm_id and connection_id = old.id and resource_type not in ('User', 'Group');
      return old;
    end $$;
    create trigger scim_connection_gone before delete on scim_connection for each row
      execute function scim_connection_gone();

    create function scim_protected_roles(in_realm uuid, names text[]) returns setof uuid language sql stable
    begin atomic
      with recursive reached as (
        select id from role where realm_id = in_realm and name = any(names)
        union
        select rc.parent_id from reached l join role_composite rc on rc.realm_id = in_realm and rc.child_id = l.id
      )
      select id from reached;
    end;

    create function scim_protected_groups(in_realm uuid, names text[]) returns setof uuid language sql stable
    begin atomic
      with recursive reached as (
        select gr.group_id as id from group_role gr
        where gr.realm_id = in_realm and gr.role_id in (select scim_protected_roles(in_realm, names))
        union
        select g.id from reached l join "group" g on g.realm_id = in_realm and g.parent_id = l.id
      )
      select id from reached;
    end;

    create function scim_protected_people(in_realm uuid, names text[]) returns setof uuid language sql stable
    begin atomic
      select user_id from user_role
      where realm_id = in_realm and role_id in (select scim_protected_roles(in_realm, names))
      union
      select user_id from user_group
      where realm_id = in_realm and group_id in (select scim_protected_groups(in_realm, names));
    end;
  `);
}

export const down = forwardOnly;
