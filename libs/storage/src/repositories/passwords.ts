import { AppError, type AuthenticatorId } from '@sparekey/contracts';
import type { PasswordCredential, PasswordStore } from '@sparekey/factors';
import { present } from '../database/json.ts';
import { newId } from '../database/new-id.ts';
import type { Queryable } from '../database/queryable.ts';

type PasswordRow = Omit<PasswordCredential, 'lastUsedAt'> & { lastUsedAt: Date | null };

export function passwordStore(db: Queryable): PasswordStore {
  return {
    async get(realmId, userId) {
      const row = await db.row<PasswordRow>({
        name: 'password_get',
        text: `select id, phc, created_at as "createdAt", last_used_at as "lastUsedAt"
               from password_credential where realm_id = $1 and user_id = $2`,
        values: [realmId, userId],
      });
      return row && present(row);
    },
    /** A new password is a new authenticator: it gets a new id. */
    async set(realmId, userId, phc, createdAt) {
      const row = await db.row<{ id: AuthenticatorId }>({
        name: 'password_set',
        text: `insert into password_credential (realm_id, user_id, id, phc, created_at)
               values ($1, $2, $3, $4, coalesce($5, now()))
               on conflict (realm_id, user_id) do update
                 set id = excluded.id, phc = excluded.phc, created_at = excluded.created_at, last_used_at = null
               returning id`,
        values: [realmId, userId, newId<AuthenticatorId>(), phc, createdAt],
      });
      if (!row) throw new AppError('internal', 'password_set returned nothing');
      return row.id;
    },
    /** Guarded by `phc = from`: under READ COMMITTED a second writer waits and then compares with the new hash. */
    async upgrade(realmId, userId, from, to) {
      const upgraded = await db.count({
        name: 'password_upgrade',
        text: 'update password_credential set phc = $4 where realm_id = $1 and user_id = $2 and phc = $3',
        values: [realmId, userId, from, to],
      });
      return upgraded === 1;
    },
    async touch(realmId, userId) {
      await db.count({
        name: 'password_touch',
        text: 'update password_credential set last_used_at = now() where realm_id = $1 and user_id = $2',
        values: [realmId, userId],
      });
    },
  };
}
