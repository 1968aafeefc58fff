import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: a run may look at everybody of a target without writing there. One worker has it at a time (lease), it goes on where
 * it was cut off, and what it found is kept one by one. What drifted is made so again by tasks that read first (afresh).
 * Locks: brief, on two tables. Size: up to 10,000 findings a run, kept as long as the run.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table scim_run
      add column repairs boolean not null default false,
      add column lease uuid,
      add column lease_until timestamptz,
      add column walked_at timestamptz;
    create unique index scim_run_one_survey on scim_run (realm_id, connection_id)
      where state in ('asked', 'running') and kind in ('drift', 'preview');

    alter table scim_task add column afresh boolean not null default false;

    create table scim_finding (
      realm_id uuid not null,
      connection_id uuid not null,
      run_id uuid not null,
      kind text not null check (kind in ('user', 'group')),
      local_id uuid not null,
      remote_id text,
      what text not null,
      attributes text[] not null default '{}',
      failure text,
      why text check (length(why) <= 500),
      primary key (realm_id, connection_id, run_id, kind, local_id),
      foreign key (realm_id, connection_id, run_id) references scim_run on delete cascade
    );
  `);
}

export const down = forwardOnly;
