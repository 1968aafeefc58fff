import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: messages for the provisioner, written in the transaction of the change that causes them. A claim pushes next_at
 * forward by the lease, so a worker that dies gives its messages back by itself.
 * Locks: new table. Size: undelivered messages, plus delivered ones until they are swept.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table outbox (
      realm_id uuid not null references realm on delete cascade,
      id uuid not null default uuidv7(),
      kind text not null,
      payload jsonb not null check (jsonb_typeof(payload) = 'object'),
      created_at timestamptz not null default now(),
      attempts integer not null default 0,
      next_at timestamptz not null default now(),
      last_error text,
      delivered_at timestamptz,
      dead_at timestamptz,
      primary key (realm_id, id),
      check (delivered_at is null or dead_at is null)
    );
    create index outbox_due on outbox (next_at) where delivered_at is null and dead_at is null;
    create index outbox_done on outbox (delivered_at) where delivered_at is not null;
  `);
}

export const down = forwardOnly;
