import type { AttemptCounter } from '@sparekey/factors';
import type { Queryable } from '../database/queryable.ts';

const SLOT_SECONDS = 300;

/** The failures of a network over a rolling hour, in slots of 5 minutes (migration 0011). */
export function networkAttempts(db: Queryable): Pick<AttemptCounter, 'networkBegin' | 'networkRefund'> {
  return {
    /** One statement, safe under READ COMMITTED as `begin` is: never more than the limit within any hour. */
    async networkBegin(realmId, network, failuresPerHour) {
      const counted = await db.row<{ failures: number }>({
        name: 'network_begin',
        text: `insert into network_counter as c (realm_id, network, slot, failures)
               values ($1, $2, network_slot(), array_prepend(1, array_fill(0, array[12])))
               on conflict (realm_id, network) do update
                 set failures = network_counted(c.failures, network_slot() - c.slot, 1),
                   slot = greatest(c.slot, network_slot()), last_at = now()
                 where network_failures(network_slots_shifted(c.failures, network_slot() - c.slot)) < $3
               returning network_failures(failures) as failures`,
        values: [realmId, network, failuresPerHour],
      });
      if (counted) return { allowed: true, failures: counted.failures, waitSeconds: 0 };
      const row = await db.row<{ failures: number[]; into_slot: number }>({
        name: 'network_refused',
        text: `select network_slots_shifted(failures, network_slot() - slot) as failures,
                 (extract(epoch from now()) - network_slot() * ${SLOT_SECONDS})::float8 as into_slot
               from network_counter where realm_id = $1 and network = $2`,
        values: [realmId, network],
      });
      return { allowed: false, waitSeconds: untilOneLeaves(row?.failures ?? [], row?.into_slot ?? 0), stopped: false };
    },

    /** A slot may go below zero, when the attempt was counted in the slot before: the sum is what counts. */
    async networkRefund(realmId, network) {
      await db.count({
        name: 'network_refund',
        text: `update network_counter as c
               set failures = network_counted(c.failures, network_slot() - c.slot, -1),
                 slot = greatest(c.slot, network_slot())
               where realm_id = $1 and network = $2
                 and network_failures(network_slots_shifted(c.failures, network_slot() - c.slot)) > 0`,
        values: [realmId, network],
      });
    },
  };
}

/** Seconds until the oldest slot that holds failures falls out of the hour. */
function untilOneLeaves(failures: number[], secondsIntoSlot: number): number {
  const oldest = failures.findLastIndex((count) => count > 0);
  return Math.max(1, Math.ceil((failures.length - Math.max(oldest, 0)) * SLOT_SECONDS - secondsIntoSlot));
}
