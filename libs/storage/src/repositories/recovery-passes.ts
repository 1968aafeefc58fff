import type { UserId } from '@sparekey/contracts';
import type { RecoveryPassStore } from '@sparekey/factors';
import { isUuid } from '../database/json.ts';
import type { Queryable } from '../database/queryable.ts';

const unused = 'used_at is null and revoked_at is null and expires_at > now()';
const usable = `${unused} and usable_at <= now() and (approved_by is not null or not needs_approval)`;

/** Each change is one guarded statement, safe under READ COMMITTED: a second caller waits for the row and finds it used. */
export function recoveryPassStore(db: Queryable): RecoveryPassStore {
  return {
    issue: (pass) =>
      db.atomically(async (transaction) => {
        await transaction.count({
          name: 'recovery_pass_revoke',
          text: `update recovery_pass set revoked_at = now()
                 where realm_id = $1 and user_id = $2 and used_at is null and revoked_at is null`,
          values: [pass.realmId, pass.userId],
        });
        const row = await transaction.row<{ id: string; usableAt: Date; expiresAt: Date }>({
          name: 'recovery_pass_issue',
          text: `insert into recovery_pass (realm_id, user_id, digest, issued_by, needs_approval, usable_at, expires_at)
                 values ($1, $2, $3, $4, $5, now() + make_interval(hours => $7),
                   now() + make_interval(hours => $7, mins => $6))
                 returning id, usable_at as "usableAt", expires_at as "expiresAt"`,
          values: [
            pass.realmId,
            pass.userId,
            pass.digest,
            pass.operator,
            pass.needsApproval,
            pass.minutes,
            pass.waitHours ?? 0,
          ],
        });
        if (row === undefined) throw new Error('recovery_pass_issue returned nothing');
        return row;
      }),

    async approve(realmId, id, operator) {
      if (!isUuid(id)) return undefined;
      return db.row<{ userId: UserId }>({
        name: 'recovery_pass_approve',
        text: `update recovery_pass set approved_by = $3
               where realm_id = $1 and id = $2 and ${unused} and needs_approval and approved_by is null
                 and issued_by <> $3 and user_id::text <> $3
               returning user_id as "userId"`,
        values: [realmId, id, operator],
      });
    },

    async revoke(realmId, id) {
      if (!isUuid(id)) return undefined;
      return db.row<{ userId: UserId }>({
        name: 'recovery_pass_revoke_one',
        text: `update recovery_pass set revoked_at = now()
               where realm_id = $1 and id = $2 and ${unused} returning user_id as "userId"`,
        values: [realmId, id],
      });
    },

    async revokeAll(realmId, userId) {
      const rows = await db.rows<{ id: string }>({
        name: 'recovery_pass_revoke_all',
        text: `update recovery_pass set revoked_at = now()
               where realm_id = $1 and user_id = $2 and ${unused} returning id`,
        values: [realmId, userId],
      });
      return rows.map(({ id }) => id);
    },

    async live(realmId, userId) {
      const row = await db.row({
        name: 'recovery_pass_live',
        text: `select from recovery_pass where realm_id = $1 and user_id = $2 and ${usable}`,
        values: [realmId, userId],
      });
      return row !== undefined;
    },

    async matches(realmId, userId, digest) {
      const row = await db.row({
        name: 'recovery_pass_matches',
        text: `select from recovery_pass where realm_id = $1 and user_id = $2 and digest = $3 and ${usable}`,
        values: [realmId, userId, digest],
      });
      return row !== undefined;
    },

    async consume(realmId, userId, digest) {
      const row = await db.row<{ id: string }>({
        name: 'recovery_pass_consume',
        text: `update recovery_pass set used_at = now()
               where realm_id = $1 and user_id = $2 and digest = $3 and ${usable} returning id`,
        values: [realmId, userId, digest],
      });
      return row?.id;
    },
  };
}
