import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: a target may want only the people of some groups, which it names by their paths. When a group gets another path, by
 * its own name or that of a group above it, its people come into the scope of such a target or leave it, and nobody looked
 * at them until everybody was looked at. They are marked now, where a target names the path of before or after.
 * Locks: "group" for a moment. Size: a row for each such person, until the worker's next look.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function scim_mark_group_update() returns trigger language plpgsql as $$
    begin
      insert into scim_dirty (realm_id, kind, local_id)
      select realm_id, 'group', id from changed where scim_has_target(realm_id);
      insert into scim_dirty (realm_id, kind, local_id)
      select distinct ug.realm_id, 'user', ug.user_id
      from changed n
      join former f on f.realm_id = n.realm_id and f.id = n.id and f.path <> n.path
      join user_group ug on ug.realm_id = n.realm_id and ug.group_id = n.id
      where exists (
        select from scim_connection c
        where c.realm_id = n.realm_id and c.kind = 'target' and c.state <> 'disabled'
          and c.settings ->> 'people' = 'groups'
          and (jsonb_exists(c.settings -> 'groups', f.path) or jsonb_exists(c.settings -> 'groups', n.path))
      );
      return null;
    end $$;
    drop trigger scim_group_updated on "group";
    create trigger scim_group_updated after update on "group"
      referencing old table as former new table as changed for each statement execute function scim_mark_group_update();
  `);
}

export const down = forwardOnly;
