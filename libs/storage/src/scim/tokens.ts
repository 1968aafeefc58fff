import { AppError } from '@sparekey/contracts';
import type { ScimToken, ScimTokenStore } from '@sparekey/provisioning';
import { isUuid, present } from '../database/json.ts';
import type { Queryable } from '../database/queryable.ts';

const columns = `id, connection_id as "connectionId", label, created_at as "createdAt", expires_at as "expiresAt",
  last_used_at as "lastUsedAt"`;

type Row = Omit<ScimToken, 'lastUsedAt'> & { lastUsedAt: Date | null };

export function scimTokenStore(db: Queryable): ScimTokenStore {
  return {
    async list(realmId, connectionId) {
      const rows = await db.rows<Row>({
        name: 'scim_token_list',
        text: `select ${columns} from scim_token where realm_id = $1 and connection_id = $2 order by created_at, id`,
        values: [realmId, connectionId],
      });
      return rows.map((row) => present(row) as ScimToken);
    },
    /** The lock of the connection's row makes parallel calls wait for one another, so that never three live. */
    issue: (realmId, { connectionId, label, hash, expiresAt }) =>
      db.atomically(async (tx) => {
        await tx.row({
          name: 'scim_token_turn',
          text: 'select from scim_connection where realm_id = $1 and id = $2 for no key update',
          values: [realmId, connectionId],
        });
        const row = await tx.row<Row>({
          name: 'scim_token_issue',
          text: `insert into scim_token (realm_id, connection_id, label, hash, expires_at)
                 select $1, $2, $3, $4, $5
                 where (select count(*) from scim_token where realm_id = $1 and connection_id = $2 and expires_at > now()) < 2
                 returning ${columns}`,
          values: [realmId, connectionId, label, hash, expiresAt],
        });
        if (row === undefined) {
          throw new AppError('conflict', 'The connection has two tokens already: revoke the older one first');
        }
        return present(row) as ScimToken;
      }),
    async revoke(realmId, connectionId, id) {
      if (!isUuid(id)) return false;
      const revoked = await db.count({
        name: 'scim_token_revoke',
        text: 'delete from scim_token where realm_id = $1 and connection_id = $2 and id = $3',
        values: [realmId, connectionId, id],
      });
      return revoked === 1;
    },
    takeExpiring: (days, limit) =>
      db.rows({
        name: 'scim_token_take_expiring',
        text: `with due as materialized (
                 select realm_id, id from scim_token
                 where warned_at is null and expires_at > now() and expires_at <= now() + make_interval(days => $1)
                 order by expires_at limit $2 for update skip locked
               )
               update scim_token t set warned_at = now()
               from due, scim_connection c
               where t.realm_id = due.realm_id and t.id = due.id and c.realm_id = t.realm_id and c.id = t.connection_id
               returning t.realm_id as "realmId", c.name as connection, t.id, t.expires_at as "expiresAt"`,
        values: [days, limit],
      }),
    async use(realmId, hash) {
      const row = await db.row<Row>({
        name: 'scim_token_use',
        text: `select ${columns} from scim_token where realm_id = $1 and hash = $2 and expires_at > now()`,
        values: [realmId, hash],
      });
      if (row === undefined) return undefined;
      if (row.lastUsedAt === null || Date.now() - row.lastUsedAt.getTime() > 60_000) {
        await db.count({
          name: 'scim_token_used',
          text: 'update scim_token set last_used_at = now() where realm_id = $1 and id = $2',
          values: [realmId, row.id],
        });
      }
      return present(row) as ScimToken;
    },
  };
}
