import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: organizations inside a realm, their mail domains (each belongs to one organization of the realm) and members.
 * Locks: new tables. Size: up to 10^5 organizations a realm.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table organization (
      realm_id uuid not null references realm on delete cascade,
      id uuid not null default uuidv7(),
      name text not null check (name <> '' and length(name) <= 255),
      alias text not null check (alias <> '' and length(alias) <= 255),
      description text,
      enabled boolean not null,
      attributes jsonb not null check (jsonb_typeof(attributes) = 'object'),
      created_at timestamptz not null default now(),
      primary key (realm_id, id),
      unique (realm_id, name),
      unique (realm_id, alias)
    );

    create table organization_domain (
      realm_id uuid not null,
      name text not null check (name = lower(name) and name <> ''),
      organization_id uuid not null,
      verified boolean not null,
      primary key (realm_id, name),
      foreign key (realm_id, organization_id) references organization on delete cascade
    );
    create index organization_domain_of on organization_domain (realm_id, organization_id);

    create table organization_member (
      realm_id uuid not null,
      organization_id uuid not null,
      user_id uuid not null,
      joined_at timestamptz not null default now(),
      primary key (realm_id, organization_id, user_id),
      foreign key (realm_id, organization_id) references organization on delete cascade,
      foreign key (realm_id, user_id) references user_account on delete cascade
    );
    create index organization_member_user on organization_member (realm_id, user_id);
  `);
}

export const down = forwardOnly;
