import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: mails and text messages wait in the outbox, and what they say may be a code or a link: it is sealed, and wiped when
 * the message is done with. send_counter bounds how much is sent. recovery_frozen_until is what "this wasn't me" sets.
 * demo_message is the visible outbox of a demo without a mail server; it stays empty everywhere else.
 * Locks: new tables; the new columns have no default, so their tables are locked for a moment only.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table outbox add column sealed bytea,
      add check (sealed is null or (delivered_at is null and dead_at is null));
    create index outbox_due_of_kind on outbox (kind, next_at) where delivered_at is null and dead_at is null;

    create table send_counter (
      realm_id uuid not null,
      key text not null check (length(key) <= 200),
      window_seconds integer not null,
      slot bigint not null,
      sent integer not null,
      last_at timestamptz not null default now(),
      primary key (realm_id, key)
    );
    create index send_counter_idle on send_counter (last_at);

    alter table user_account add column recovery_frozen_until timestamptz;

    create table demo_message (
      realm_id uuid not null references realm on delete cascade,
      id uuid not null default uuidv7(),
      kind text not null,
      recipient text not null,
      subject text not null,
      body text not null,
      created_at timestamptz not null default now(),
      primary key (realm_id, id)
    );
    create index demo_message_age on demo_message (created_at);
  `);
}

export const down = forwardOnly;
