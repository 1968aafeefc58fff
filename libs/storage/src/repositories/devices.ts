import type { DeviceId } from '@sparekey/contracts';
import type { Device, DeviceStore } from '@sparekey/factors';
import { isUuid, present } from '../database/json.ts';
import type { Queryable } from '../database/queryable.ts';

interface Row {
  id: DeviceId;
  userAgent: string | null;
  ip: string | null;
  createdAt: Date;
  lastSeenAt: Date;
  trustedAt: Date | null;
}

const columns = `id, user_agent as "userAgent", host(ip) as ip, created_at as "createdAt",
  last_seen_at as "lastSeenAt", trusted_at as "trustedAt"`;

/** Records of browsers. The person is part of every key: a claim is looked up among their own records only. */
export function deviceStore(db: Queryable): DeviceStore {
  return {
    async find(realmId, userId, { id, secretHash }) {
      if (!isUuid(id)) return undefined;
      const row = await db.row<Row>({
        name: 'device_find',
        text: `select ${columns} from device where realm_id = $1 and user_id = $2 and id = $3 and secret_hash = $4`,
        values: [realmId, userId, id, secretHash],
      });
      return row && (present(row) as Device);
    },

    async add(realmId, userId, { secretHash, userAgent, ip, trusted }) {
      const row = await db.row<{ id: DeviceId }>({
        name: 'device_add',
        text: `with old as (
                 delete from device where realm_id = $1 and user_id = $2 and last_seen_at < now() - interval '1 year'
               )
               insert into device (realm_id, user_id, secret_hash, user_agent, ip, trusted_at)
               values ($1, $2, $3, left($4, 512), $5, case when $6 then now() end) returning id`,
        values: [realmId, userId, secretHash, userAgent, ip, trusted],
      });
      if (row === undefined) throw new Error('device_add returned nothing');
      return row.id;
    },

    async touch(realmId, userId, id) {
      await db.count({
        name: 'device_touch',
        text: 'update device set last_seen_at = now() where realm_id = $1 and user_id = $2 and id = $3',
        values: [realmId, userId, id],
      });
    },

    async trusted(realmId, userId) {
      const rows = await db.rows<Row>({
        name: 'device_trusted',
        text: `select ${columns} from device where realm_id = $1 and user_id = $2 and trusted_at is not null
               order by last_seen_at desc, id`,
        values: [realmId, userId],
      });
      return rows.map((row) => present(row) as Device);
    },

    async remove(realmId, userId, id) {
      if (!isUuid(id)) return false;
      const removed = await db.count({
        name: 'device_remove',
        text: 'delete from device where realm_id = $1 and user_id = $2 and id = $3',
        values: [realmId, userId, id],
      });
      return removed > 0;
    },

    distrustAll: (realmId, userId) =>
      db.count({
        name: 'device_distrust_all',
        text: `update device set trusted_at = null
               where realm_id = $1 and user_id = $2 and trusted_at is not null`,
        values: [realmId, userId],
      }),
  };
}
