import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: targets that except a connection looked at everybody again whenever it was changed at all, and not when a source
 * got another address. They do so when it is no longer excepted: it is gone, or has another name or another address.
 * Locks: scim_connection for a moment.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create or replace function scim_exception_ends() returns trigger language plpgsql as $$
    begin
      if tg_op = 'UPDATE' and (new.name, new.settings -> 'baseUrl') is not distinct from (old.name, old.settings -> 'baseUrl')
      then
        return null;
      end if;
      update scim_pace p set reconciled_version = 0
      from scim_connection t
      where t.realm_id = old.realm_id and t.kind = 'target'
        and (jsonb_exists(t.settings -> 'exceptFrom', old.name) or t.settings -> 'baseUrl' = old.settings -> 'baseUrl')
        and p.realm_id = t.realm_id and p.connection_id = t.id;
      return null;
    end $$;
    drop trigger scim_exception_ends on scim_connection;
    create trigger scim_exception_ends after delete or update of name, settings on scim_connection
      for each row when (old.kind <> 'target') execute function scim_exception_ends();
  `);
}

export const down = forwardOnly;
