import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: a run of a connection is asked for, runs, and ends well or not; one that was cut off goes on where it was. Of each
 * connection one at a time reads or is looked at as a whole, whatever the number of workers.
 * Locks: brief, on one table that nobody wrote so far. Size: a row a run, kept for 90 days.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table scim_run
      add column state text not null default 'running' check (state in ('asked', 'running', 'done', 'failed')),
      add column place jsonb check (jsonb_typeof(place) = 'object'),
      add column why text check (length(why) <= 500),
      drop constraint scim_run_kind_check,
      add constraint scim_run_kind_check check (kind in ('full', 'drift', 'pull', 'delta', 'preview')),
      add constraint scim_run_ended check ((ended_at is not null) = (state in ('done', 'failed')));
    create index scim_run_at on scim_run (realm_id, connection_id, began_at);
    create unique index scim_run_one_reading on scim_run (realm_id, connection_id)
      where state in ('asked', 'running') and kind in ('pull', 'delta');
    create index scim_run_open on scim_run (realm_id, connection_id) where state in ('asked', 'running');
  `);
}

export const down = forwardOnly;
