import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: what happened, append only. Monthly partitions, so that retention drops a table instead of deleting rows; the
 * default partition takes what no month was prepared for, so that an event is never lost to a missing table.
 * audit_event_prepare(months) makes the partitions from this month on; it runs after every migration and daily in the
 * provisioner. A month whose rows already lie in the default partition stays there.
 * `at` has milliseconds, like the clock of those who page through events by (at, id).
 * No foreign keys: events outlive what they tell of.
 * Locks: new tables; preparing a month locks the parent briefly. Size: about 120 bytes an event, unbounded.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table audit_event (
      realm_id uuid not null,
      at timestamptz(3) not null default now(),
      id uuid not null default uuidv7(),
      type text not null,
      outcome text not null check (outcome in ('success', 'failure', 'denied')),
      reason text,
      organization_id uuid,
      actor_kind text not null check (actor_kind in ('user', 'client', 'operator', 'system', 'anonymous')),
      actor_id text,
      subject_id uuid,
      authenticator_id uuid,
      backup_code_set_id uuid,
      client_id text,
      session_uid text,
      sign_in_uid text,
      ip inet,
      user_agent text,
      request_id text,
      detail jsonb check (jsonb_typeof(detail) = 'object'),
      primary key (realm_id, at, id)
    ) partition by range (at);
    create index audit_event_at on audit_event using brin (at);
    create index audit_event_subject on audit_event (realm_id, subject_id, at desc) where subject_id is not null;
    create table audit_event_default partition of audit_event default;

    create function audit_event_refuse_change() returns trigger language plpgsql as $$
    begin
      raise exception 'audit_event is append only' using errcode = 'insufficient_privilege';
    end $$;
    create trigger audit_event_append_only before update or delete on audit_event
      for each row execute function audit_event_refuse_change();
    create trigger audit_event_no_truncate before truncate on audit_event
      for each statement execute function audit_event_refuse_change();

    create function audit_event_prepare(months integer) returns integer language plpgsql as $$
    declare
      first_month timestamp := date_trunc('month', now() at time zone 'UTC');
      month_start timestamptz;
      month_end timestamptz;
      partition_name text;
      made integer := 0;
    begin
      for n in 0..months - 1 loop
        month_start := (first_month + make_interval(months => n)) at time zone 'UTC';
        month_end := (first_month + make_interval(months => n + 1)) at time zone 'UTC';
        partition_name := 'audit_event_' || to_char(month_start at time zone 'UTC', 'YYYY_MM');
        if to_regclass(partition_name) is null
          and not exists (select from audit_event_default where at >= month_start and at < month_end)
        then
          execute format('create table %I partition of audit_event for values from (%L) to (%L)',
            partition_name, month_start, month_end);
          made := made + 1;
        end if;
      end loop;
      return made;
    end $$;
  `);
}

export const down = forwardOnly;
