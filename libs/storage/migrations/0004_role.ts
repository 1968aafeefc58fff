import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: realm roles, client roles (client_id set) and composite roles.
 * Locks: new tables. Size: up to some ten thousand roles a realm; user_role up to 10 rows a person.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table role (
      realm_id uuid not null references realm on delete cascade,
      id uuid not null default uuidv7(),
      client_id uuid,
      name text not null check (name <> '' and length(name) <= 255),
      description text,
      attributes jsonb not null check (jsonb_typeof(attributes) = 'object'),
      primary key (realm_id, id),
      unique nulls not distinct (realm_id, client_id, name),
      foreign key (realm_id, client_id) references client on delete cascade
    );

    create table role_composite (
      realm_id uuid not null,
      parent_id uuid not null,
      child_id uuid not null,
      primary key (realm_id, parent_id, child_id),
      foreign key (realm_id, parent_id) references role on delete cascade,
      foreign key (realm_id, child_id) references role on delete cascade
    );
    create index role_composite_child on role_composite (realm_id, child_id);

    create table user_role (
      realm_id uuid not null,
      user_id uuid not null,
      role_id uuid not null,
      primary key (realm_id, user_id, role_id),
      foreign key (realm_id, user_id) references user_account on delete cascade,
      foreign key (realm_id, role_id) references role on delete cascade
    );
    create index user_role_role on user_role (realm_id, role_id);
  `);
}

export const down = forwardOnly;
