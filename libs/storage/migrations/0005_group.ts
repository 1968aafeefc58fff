import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: groups as a tree; `path` is kept so that claims need no walk. A slash in a name is written ~/ in the path, as
 * Keycloak can; the unique path refuses the few names that would still read alike.
 * Locks: new tables. Size: up to 10^5 groups a realm, some memberships a person.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table "group" (
      realm_id uuid not null references realm on delete cascade,
      id uuid not null default uuidv7(),
      parent_id uuid,
      name text not null check (name <> '' and length(name) <= 255),
      path text not null,
      attributes jsonb not null check (jsonb_typeof(attributes) = 'object'),
      primary key (realm_id, id),
      unique (realm_id, path),
      unique nulls not distinct (realm_id, parent_id, name),
      foreign key (realm_id, parent_id) references "group" on delete cascade
    );

    create table group_role (
      realm_id uuid not null,
      group_id uuid not null,
      role_id uuid not null,
      primary key (realm_id, group_id, role_id),
      foreign key (realm_id, group_id) references "group" on delete cascade,
      foreign key (realm_id, role_id) references role on delete cascade
    );
    create index group_role_role on group_role (realm_id, role_id);

    create table user_group (
      realm_id uuid not null,
      user_id uuid not null,
      group_id uuid not null,
      primary key (realm_id, user_id, group_id),
      foreign key (realm_id, user_id) references user_account on delete cascade,
      foreign key (realm_id, group_id) references "group" on delete cascade
    );
    create index user_group_group on user_group (realm_id, group_id);
  `);
}

export const down = forwardOnly;
