import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: a full reading of a source remembers whom it met, so that it can tell afterwards whom it did not, without holding a
 * hundred thousand ids in memory and across a worker that dies. The lease of a reading names who has it, and a task
 * that asks whether somebody here may be taken over names by whom of the other side.
 * Locks: a new table; brief, on a small one. Size: a row a resource of a source, while a full reading runs.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table scim_seen (
      realm_id uuid not null,
      connection_id uuid not null,
      run_id uuid not null,
      kind text not null check (kind in ('user', 'group')),
      remote_id text not null,
      primary key (realm_id, connection_id, run_id, kind, remote_id),
      foreign key (realm_id, connection_id, run_id) references scim_run on delete cascade
    );
    alter table scim_pace add column pull_lease uuid;
    alter table scim_task add column adoption_of text;
  `);
}

export const down = forwardOnly;
