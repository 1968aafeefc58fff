import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: the secret that signs webhooks can be replaced while receivers still know the one before. Of each receiver one is
 * current; one that was replaced signs too until its end. They are the deployment's, not a realm's, and sealed.
 * Locks: new table. Size: two rows a receiver.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table webhook_secret (
      id uuid primary key,
      receiver text not null check (receiver in ('notices', 'sms')),
      secret_sealed bytea not null,
      created_at timestamptz not null default now(),
      ends_at timestamptz
    );
    create unique index webhook_secret_one_current on webhook_secret (receiver) where ends_at is null;
  `);
}

export const down = forwardOnly;
