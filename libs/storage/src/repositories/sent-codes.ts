import type { SentCode, SentCodeStore } from '@sparekey/factors';
import { present } from '../database/json.ts';
import type { Queryable } from '../database/queryable.ts';

type Nullable<T> = { [K in keyof T]-?: undefined extends T[K] ? NonNullable<T[K]> | null : T[K] };

export function sentCodeStore(db: Queryable): SentCodeStore {
  return {
    /** One statement, safe under READ COMMITTED: parallel calls meet at the key, and only one finds no good code there. */
    async put({ realmId, signInUid, kind, userId, digest, ttlSeconds }, replace) {
      const stored = await db.count({
        name: 'sent_code_put',
        text: `insert into sent_code as c (realm_id, sign_in_uid, kind, user_id, digest, expires_at)
               values ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))
               on conflict (realm_id, sign_in_uid, kind) do update
                 set user_id = excluded.user_id, digest = excluded.digest, created_at = now(),
                   expires_at = excluded.expires_at, used_at = null
                 where $7 or c.used_at is not null or c.expires_at <= now()
                   or c.user_id is distinct from excluded.user_id`,
        values: [realmId, signInUid, kind, userId, digest, ttlSeconds, replace],
      });
      return stored === 1;
    },
    async get(realmId, signInUid, kind) {
      const row = await db.row<Nullable<SentCode>>({
        name: 'sent_code_get',
        text: `select user_id as "userId", digest, expires_at as "expiresAt", used_at as "usedAt"
               from sent_code where realm_id = $1 and sign_in_uid = $2 and kind = $3`,
        values: [realmId, signInUid, kind],
      });
      return row && (present(row) as SentCode);
    },
    /** Safe under READ COMMITTED: parallel calls wait for the row and find it used; a code replaced meanwhile is another. */
    async consume(realmId, signInUid, kind, digest) {
      const spent = await db.count({
        name: 'sent_code_consume',
        text: `update sent_code set used_at = now()
               where realm_id = $1 and sign_in_uid = $2 and kind = $3 and digest = $4
                 and used_at is null and expires_at > now()`,
        values: [realmId, signInUid, kind, digest],
      });
      return spent === 1;
    },
  };
}
