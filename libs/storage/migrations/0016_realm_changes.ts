import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: caches of a realm, its clients and its keys compare realm.version; every change of these bumps it in the same
 * transaction and tells the other processes by NOTIFY. Statement triggers: an import of 1,000 clients bumps once.
 * Roles and people are not in it: they are read afresh for every token.
 * Locks: brief, on three small tables. Size: nothing is stored.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function realm_bump() returns trigger language plpgsql as $$
    begin
      new.version := old.version + 1;
      return new;
    end $$;
    create trigger realm_version before update on realm for each row execute function realm_bump();

    create function realm_notify() returns trigger language plpgsql as $$
    begin
      perform pg_notify('sparekey_realm', coalesce(new.id, old.id)::text);
      return null;
    end $$;
    create trigger realm_changed after insert or update or delete on realm for each row execute function realm_notify();

    create function realm_part_changed() returns trigger language plpgsql as $$
    begin
      update realm set version = version where id in (select realm_id from changed);
      return null;
    end $$;
    create trigger client_inserted after insert on client
      referencing new table as changed for each statement execute function realm_part_changed();
    create trigger client_updated after update on client
      referencing new table as changed for each statement execute function realm_part_changed();
    create trigger client_deleted after delete on client
      referencing old table as changed for each statement execute function realm_part_changed();
    create trigger signing_key_inserted after insert on signing_key
      referencing new table as changed for each statement execute function realm_part_changed();
    create trigger signing_key_updated after update on signing_key
      referencing new table as changed for each statement execute function realm_part_changed();
    create trigger signing_key_deleted after delete on signing_key
      referencing old table as changed for each statement execute function realm_part_changed();
  `);
}

export const down = forwardOnly;
