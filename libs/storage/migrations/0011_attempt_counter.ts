import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: consecutive failures by factor and subject, and failures of a network over a rolling hour. No foreign keys: a
 * count is written on its own, also for names that nobody has, and must not wait for anyone's transaction.
 * network_counter keeps 13 slots of 5 minutes, newest first, so that a failure counts for at least one full hour.
 * Locks: new tables. Size: subjects with failures only; swept once idle.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table attempt_counter (
      realm_id uuid not null,
      factor text not null check (factor in ('password', 'totp', 'backup_code', 'network')),
      subject text not null check (length(subject) <= 255),
      failures integer not null,
      locked_until timestamptz,
      last_at timestamptz not null default now(),
      primary key (realm_id, factor, subject)
    );
    create index attempt_counter_idle on attempt_counter (last_at);

    create table network_counter (
      realm_id uuid not null,
      network text not null check (length(network) <= 64),
      slot bigint not null,
      failures integer[] not null,
      last_at timestamptz not null default now(),
      primary key (realm_id, network)
    );
    create index network_counter_idle on network_counter (last_at);

    create function network_slot() returns bigint language sql stable
      return floor(extract(epoch from now()) / 300)::bigint;

    create function network_slots_shifted(failures integer[], by_slots bigint) returns integer[] language sql immutable
      return case
        when by_slots <= 0 then failures
        when by_slots >= 13 then array_fill(0, array[13])
        else array_fill(0, array[by_slots::integer]) || failures[1:13 - by_slots::integer]
      end;

    create function network_counted(failures integer[], by_slots bigint, change integer) returns integer[]
      language sql immutable
      return ((network_slots_shifted(failures, by_slots))[1] + change) || (network_slots_shifted(failures, by_slots))[2:13];

    create function network_failures(failures integer[]) returns bigint language sql immutable
      return (select sum(n) from unnest(failures) n);
  `);
}

export const down = forwardOnly;
