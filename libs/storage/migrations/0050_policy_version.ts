import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: organizations decide parts of the policy, and every change of a policy is kept with who made it and what it
 * changed. The primary key makes two changes to one version a conflict. A change of an organization's policy bumps its
 * realm, because caches of a realm hold the overrides with it.
 * Locks: organization is rewritten by nothing (a constant default); brief. Size: a row a change.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table organization
      add column policy jsonb not null default '{}' check (jsonb_typeof(policy) = 'object');
    create index organization_with_policy on organization (realm_id) where policy <> '{}';

    create table policy_version (
      realm_id uuid not null references realm on delete cascade,
      scope text not null check (scope = 'realm' or scope ~ '^[0-9a-f-]{36}$'),
      version integer not null check (version > 0),
      organization_id uuid,
      changes jsonb not null check (jsonb_typeof(changes) = 'array'),
      changed_by text not null check (length(changed_by) between 1 and 255),
      changed_at timestamptz not null default now(),
      primary key (realm_id, scope, version),
      foreign key (realm_id, organization_id) references organization on delete cascade,
      check (scope = coalesce(organization_id::text, 'realm'))
    );
    create index policy_version_organization on policy_version (realm_id, organization_id);

    create function organization_policy_changed() returns trigger language plpgsql as $$
    begin
      update realm set version = version
      where id in (
        select c.realm_id from changed c join former f on f.realm_id = c.realm_id and f.id = c.id
        where (c.policy, c.enabled, c.alias) is distinct from (f.policy, f.enabled, f.alias)
      );
      return null;
    end $$;
    create trigger organization_policy_updated after update on organization
      referencing old table as former new table as changed
      for each statement execute function organization_policy_changed();
    create function organization_with_policy_changed() returns trigger language plpgsql as $$
    begin
      update realm set version = version where id in (select realm_id from changed where policy <> '{}');
      return null;
    end $$;
    create trigger organization_policy_inserted after insert on organization
      referencing new table as changed for each statement execute function organization_with_policy_changed();
    create trigger organization_policy_deleted after delete on organization
      referencing old table as changed for each statement execute function organization_with_policy_changed();
  `);
}

export const down = forwardOnly;
