import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: whoever changes a person, a group or a membership, by whatever door, marks it for the targets of the realm in the
 * same transaction; no door can forget. Marks are only added, never updated, so that two transactions that touch the same
 * groups do not wait for each other; the worker folds them into tasks. Statement triggers: an import of 10,000 people
 * marks once a statement. A realm without a target pays one look at a small index.
 * Locks: brief, on five tables. Size: a row a change, until the worker's next look.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create index scim_connection_target on scim_connection (realm_id) where kind = 'target' and state <> 'disabled';

    create function scim_has_target(in_realm uuid) returns boolean language sql stable
    begin atomic
      select exists (select from scim_connection where realm_id = in_realm and kind = 'target' and state <> 'disabled');
    end;

    create function scim_mark_user() returns trigger language plpgsql as $$
    begin
      insert into scim_dirty (realm_id, kind, local_id)
      select realm_id, 'user', id from changed where scim_has_target(realm_id);
      return null;
    end $$;
    create function scim_mark_user_update() returns trigger language plpgsql as $$
    begin
      insert into scim_dirty (realm_id, kind, local_id)
      select n.realm_id, 'user', n.id
      from changed n join former f on f.realm_id = n.realm_id and f.id = n.id
      where (n.username, n.email, n.email_verified, n.phone_number, n.phone_number_verified, n.first_name, n.last_name,
             n.enabled, n.locale, n.attributes)
        is distinct from
            (f.username, f.email, f.email_verified, f.phone_number, f.phone_number_verified, f.first_name, f.last_name,
             f.enabled, f.locale, f.attributes)
        and scim_has_target(n.realm_id);
      return null;
    end $$;
    create trigger scim_user_inserted after insert on user_account
      referencing new table as changed for each statement execute function scim_mark_user();
    create trigger scim_user_updated after update on user_account
      referencing old table as former new table as changed for each statement execute function scim_mark_user_update();
    create trigger scim_user_deleted after delete on user_account
      referencing old table as changed for each statement execute function scim_mark_user();

    create function scim_mark_group() returns trigger language plpgsql as $$
    begin
      insert into scim_dirty (realm_id, kind, local_id)
      select realm_id, 'group', id from changed where scim_has_target(realm_id);
      return null;
    end $$;
    create trigger scim_group_inserted after insert on "group"
      referencing new table as changed for each statement execute function scim_mark_group();
    create trigger scim_group_updated after update on "group"
      referencing new table as changed for each statement execute function scim_mark_group();
    create trigger scim_group_deleted after delete on "group"
      referencing old table as changed for each statement execute function scim_mark_group();

    create function scim_mark_group_member() returns trigger language plpgsql as $$
    begin
      insert into scim_dirty (realm_id, kind, local_id)
      select realm_id, 'group', group_id from changed where scim_has_target(realm_id)
      union
      select realm_id, 'user', user_id from changed where scim_has_target(realm_id);
      return null;
    end $$;
    create trigger scim_group_joined after insert on user_group
      referencing new table as changed for each statement execute function scim_mark_group_member();
    create trigger scim_group_left after delete on user_group
      referencing old table as changed for each statement execute function scim_mark_group_member();

    create function scim_mark_organization_member() returns trigger language plpgsql as $$
    begin
      insert into scim_dirty (realm_id, kind, local_id)
      select realm_id, 'user', user_id from changed where scim_has_target(realm_id);
      return null;
    end $$;
    create trigger scim_organization_joined after insert on organization_member
      referencing new table as changed for each statement execute function scim_mark_organization_member();
    create trigger scim_organization_left after delete on organization_member
      referencing old table as changed for each statement execute function scim_mark_organization_member();
  `);
}

export const down = forwardOnly;
