import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: a connection may decide by a mapping what accounts are told as. What is only renamed the database keeps in step as
 * it does the standard attributes, so that it is searched, sorted and versioned like any other; `mapped` says what that is,
 * and is null where nothing was decided. What is computed is made at each reading: a change of the account is then a
 * version, whatever it changes. A transaction in which SCIM itself wrote the document makes no second one.
 * Locks: scim_connection for a moment, no rewrite. Size: a few hundred bytes for each connection that has a mapping.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table scim_connection add column mapped jsonb;

    create function scim_reflected(document jsonb, account user_account, mapped jsonb, folded boolean) returns jsonb
    language plpgsql immutable as $$
    declare
      rule jsonb;
      path text[];
      told text;
    begin
      for rule in select value from jsonb_array_elements(mapped -> 'reflected') loop
        told := nullif(case rule ->> 'field'
          when 'username' then account.username
          when 'firstName' then account.first_name
          when 'lastName' then account.last_name
          when 'email' then account.email
          when 'locale' then account.locale
          else account.attributes #>> array[rule ->> 'attribute', '0']
        end, '');
        if folded and rule -> 'exact' is distinct from 'true' then told := scim_fold(told); end if;
        if rule -> 'main' is not distinct from 'true' then
          document := scim_with_email(document, told);
          continue;
        end if;
        path := array(select jsonb_array_elements_text(rule -> 'path'));
        for depth in 1 .. cardinality(path) - 1 loop
          if told is not null and document #> path[1:depth] is null then
            document := jsonb_set(document, path[1:depth], '{}');
          end if;
        end loop;
        if told is not null then
          document := jsonb_set(document, path, to_jsonb(told));
        else
          document := document #- path;
          for depth in reverse cardinality(path) - 1 .. 1 loop
            if document #> path[1:depth] = '{}' then document := document #- path[1:depth]; end if;
          end loop;
        end if;
      end loop;
      return document || jsonb_build_object('active', account.enabled);
    end $$;

    create function scim_told(document jsonb, account user_account, mapped jsonb) returns jsonb language sql immutable
      return case when mapped is null then scim_account_document(document, account)
        else scim_reflected(document, account, mapped, false) end;
    create function scim_told_search(document jsonb, account user_account, mapped jsonb) returns jsonb language sql immutable
      return case when mapped is null then scim_account_search(document, account)
        else scim_reflected(document, account, mapped, true) end;

    create or replace function scim_account_changed() returns trigger language plpgsql as $$
    begin
      update scim_resource r
      set data = scim_told(r.data, new, of.mapped), search = scim_told_search(r.search, new, of.mapped),
          version = r.version + 1, modified_at = now()
      from scim_resource known left join scim_connection of on of.realm_id = known.realm_id and of.id = known.connection_id
      where known.realm_id = new.realm_id and known.id = new.id and r.realm_id = known.realm_id and r.id = known.id
        and (scim_told(r.data, new, of.mapped) <> r.data
          or (of.mapped -> 'computed' = 'true' and r.modified_at <> now()));
      return null;
    end $$;
    drop trigger user_account_scim on user_account;
    create trigger user_account_scim
      after update of username, email, first_name, last_name, locale, attributes, enabled on user_account
      for each row
      when ((old.username, old.email, old.first_name, old.last_name, old.locale, old.attributes, old.enabled)
        is distinct from
          (new.username, new.email, new.first_name, new.last_name, new.locale, new.attributes, new.enabled))
      execute function scim_account_changed();

    create function scim_mapping_changed() returns trigger language plpgsql as $$
    begin
      update scim_resource r
      set data = scim_told(r.data, a, new.mapped), search = scim_told_search(r.search, a, new.mapped),
          version = r.version + 1, modified_at = now()
      from user_account a
      where r.realm_id = new.realm_id and r.connection_id = new.id and r.resource_type = 'User'
        and a.realm_id = r.realm_id and a.id = r.id
        and (scim_told(r.data, a, new.mapped) <> r.data
          or coalesce(old.mapped -> 'computed', new.mapped -> 'computed') = 'true');
      return null;
    end $$;
    create trigger scim_mapping_changed after update of mapped on scim_connection for each row
      when (old.mapped is distinct from new.mapped) execute function scim_mapping_changed();
  `);
}

export const down = forwardOnly;
