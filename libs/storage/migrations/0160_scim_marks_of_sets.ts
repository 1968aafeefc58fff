import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: whether a realm has a target was asked for each member that came or went, so that a group of 100,000 paid a second for
 * marks that nobody wanted. It is asked once for each realm that a statement touches.
 * Locks: none but the function's own row.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create or replace function scim_mark_group_member() returns trigger language plpgsql as $$
    begin
      insert into scim_dirty (realm_id, kind, local_id)
      with told as materialized (
        select realm_id from (select distinct realm_id from changed) touched where scim_has_target(realm_id)
      )
      select realm_id, 'group', group_id from changed join told using (realm_id)
      union
      select realm_id, 'user', user_id from changed join told using (realm_id);
      return null;
    end $$;`);
}

export const down = forwardOnly;
