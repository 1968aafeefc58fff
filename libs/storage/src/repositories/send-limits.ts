import type { SendLimits } from '@sparekey/realms';
import type { Queryable } from '../database/queryable.ts';

export function sendLimits(db: Queryable): SendLimits {
  return {
    /** One statement, safe under READ COMMITTED: parallel calls queue at the row and look again at what it counted. */
    async take(realmId, key, limit, windowSeconds) {
      if (limit < 1) return false;
      const counted = await db.count({
        name: 'send_take',
        text: `insert into send_counter as c (realm_id, key, window_seconds, slot, sent)
               values ($1, $2, $4::int, floor(extract(epoch from now()) / $4::int), 1)
               on conflict (realm_id, key) do update
                 set sent = case when c.slot = excluded.slot and c.window_seconds = $4::int then c.sent + 1 else 1 end,
                   slot = excluded.slot, window_seconds = excluded.window_seconds, last_at = now()
                 where c.slot <> excluded.slot or c.window_seconds <> $4::int or c.sent < $3::int`,
        values: [realmId, key, limit, windowSeconds],
      });
      return counted === 1;
    },
  };
}
