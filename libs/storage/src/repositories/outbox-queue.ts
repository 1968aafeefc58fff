import type { RealmId } from '@sparekey/contracts';
import type { OutboxMessage } from '@sparekey/realms';
import type { Queryable } from '../database/queryable.ts';

/** Time a worker has for a message it claimed; afterwards another may claim it. */
const LEASE_SECONDS = 60;

const LONGEST_ERROR = 500;

export interface ClaimedMessage extends OutboxMessage {
  id: string;
  /** Counting this one. */
  attempts: number;
  createdAt: Date;
}

/** The worker's side of the outbox: at-least-once delivery. */
export interface OutboxQueue {
  /** Takes due messages, oldest first, that no other worker holds. Unanswered, they are due again after 60 s. */
  claim(limit: number): Promise<ClaimedMessage[]>;
  delivered(message: ClaimedMessage): Promise<void>;
  /** `'dead'`: never tried again, kept for an operator to see. */
  failed(message: ClaimedMessage, error: string, next: Date | 'dead'): Promise<void>;
}

export function outboxQueue(db: Queryable): OutboxQueue {
  /** Only for the attempt that was claimed: an answer that comes after the lease does not undo the next worker's. */
  const claimed = (message: ClaimedMessage) => [message.realmId, message.id, message.attempts];
  return {
    /** Safe under READ COMMITTED: SKIP LOCKED leaves what another worker is taking, the pushed next_at the rest. */
    claim: (limit) =>
      db.rows<ClaimedMessage & { realmId: RealmId }>({
        name: 'outbox_claim',
        text: `with due as materialized (
                 select realm_id, id from outbox
                 where delivered_at is null and dead_at is null and next_at <= now()
                 order by next_at limit $1 for update skip locked
               )
               update outbox o set attempts = attempts + 1, next_at = now() + make_interval(secs => $2) from due
               where o.realm_id = due.realm_id and o.id = due.id
               returning o.realm_id as "realmId", o.id, o.kind, o.payload, o.attempts, o.created_at as "createdAt"`,
        values: [limit, LEASE_SECONDS],
      }),
    async delivered(message) {
      await db.count({
        name: 'outbox_delivered',
        text: `update outbox set delivered_at = now(), last_error = null
               where realm_id = $1 and id = $2 and attempts = $3 and dead_at is null`,
        values: claimed(message),
      });
    },
    async failed(message, error, next) {
      await db.count({
        name: 'outbox_failed',
        text: `update outbox set last_error = $4, next_at = coalesce($5, next_at),
                 dead_at = case when $5::timestamptz is null then now() end
               where realm_id = $1 and id = $2 and attempts = $3 and delivered_at is null`,
        values: [
          ...claimed(message),
          error.replaceAll('\0', '').slice(0, LONGEST_ERROR),
          next === 'dead' ? null : next,
        ],
      });
    },
  };
}
