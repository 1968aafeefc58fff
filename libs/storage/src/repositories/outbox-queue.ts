import type { RealmId } from '@sparekey/contracts';
import type { OutboxMessage } from '@sparekey/realms';
import type { Queryable } from '../database/queryable.ts';
import type { Keyring } from '../keyring/keyring.ts';
import { outboxPlace } from './outbox.ts';

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
  /**
   * Takes due messages of these kinds (of all, when none is named), oldest first, that no other worker holds. Unanswered,
   * they are due again after 60 s. A `secret` that does not open is left out, so that it holds up its own message only.
   */
  claim(limit: number, kinds?: readonly OutboxMessage['kind'][]): Promise<ClaimedMessage[]>;
  /** Wipes the secret. */
  delivered(message: ClaimedMessage): Promise<void>;
  /** `'dead'`: never tried again, kept for an operator to see, without its secret. */
  failed(message: ClaimedMessage, error: string, next: Date | 'dead'): Promise<void>;
}

type ClaimedRow = Omit<ClaimedMessage, 'secret'> & { realmId: RealmId; sealed: Buffer | null };

export function outboxQueue(db: Queryable, keyring: Keyring): OutboxQueue {
  function opened({ sealed, ...message }: ClaimedRow): ClaimedMessage {
    if (sealed === null) return message;
    try {
      const secret = JSON.parse(keyring.open(sealed, outboxPlace(message.realmId, message.id)).toString());
      return { ...message, secret: secret as Record<string, unknown> };
    } catch {
      return message;
    }
  }

  /** Only for the attempt that was claimed: an answer that comes after the lease does not undo the next worker's. */
  const claimed = (message: ClaimedMessage) => [message.realmId, message.id, message.attempts];
  return {
    /** Safe under READ COMMITTED: SKIP LOCKED leaves what another worker is taking, the pushed next_at the rest. */
    async claim(limit, kinds) {
      const rows = await db.rows<ClaimedRow>({
        name: 'outbox_claim',
        text: `with due as materialized (
                 select realm_id, id from outbox
                 where delivered_at is null and dead_at is null and next_at <= now()
                   and ($3::text[] is null or kind = any ($3))
                 order by next_at limit $1 for update skip locked
               )
               update outbox o set attempts = attempts + 1, next_at = now() + make_interval(secs => $2) from due
               where o.realm_id = due.realm_id and o.id = due.id
               returning o.realm_id as "realmId", o.id, o.kind, o.payload, o.sealed, o.attempts,
                 o.created_at as "createdAt"`,
        values: [limit, LEASE_SECONDS, kinds],
      });
      return rows.map(opened);
    },
    async delivered(message) {
      await db.count({
        name: 'outbox_delivered',
        text: `update outbox set delivered_at = now(), last_error = null, sealed = null
               where realm_id = $1 and id = $2 and attempts = $3 and dead_at is null`,
        values: claimed(message),
      });
    },
    async failed(message, error, next) {
      await db.count({
        name: 'outbox_failed',
        text: `update outbox set last_error = $4, next_at = coalesce($5, next_at),
                 dead_at = case when $5::timestamptz is null then now() end,
                 sealed = case when $5::timestamptz is not null then sealed end
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
