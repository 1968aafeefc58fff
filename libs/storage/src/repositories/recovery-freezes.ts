import type { RecoveryFreezes } from '@sparekey/realms';
import type { Queryable } from '../database/queryable.ts';

export function recoveryFreezes(db: Queryable): RecoveryFreezes {
  return {
    async freeze(realmId, userId, until) {
      await db.count({
        name: 'recovery_freeze',
        text: `update user_account set recovery_frozen_until = greatest(recovery_frozen_until, $3)
               where realm_id = $1 and id = $2`,
        values: [realmId, userId, until],
      });
    },
    async lift(realmId, userId) {
      await db.count({
        name: 'recovery_freeze_lift',
        text: 'update user_account set recovery_frozen_until = null where realm_id = $1 and id = $2',
        values: [realmId, userId],
      });
    },
    async frozenUntil(realmId, userId) {
      const row = await db.row<{ until: Date }>({
        name: 'recovery_frozen_until',
        text: `select recovery_frozen_until as until from user_account
               where realm_id = $1 and id = $2 and recovery_frozen_until > now()`,
        values: [realmId, userId],
      });
      return row?.until;
    },
  };
}
