import { createHash, randomBytes } from 'node:crypto';
import type { ActionLink, ActionLinks } from '@sparekey/realms';
import { json } from '../database/json.ts';
import type { Queryable } from '../database/queryable.ts';

const TOKEN_BYTES = 32;

/** What `create` makes; anything else is no token and costs no query. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

const columns = `purpose, user_id as "userId", data, created_at as "createdAt", expires_at as "expiresAt"`;

const digest = (token: string) => createHash('sha256').update(token).digest();

export function actionLinks(db: Queryable): ActionLinks {
  return {
    async create({ realmId, userId, purpose, ttlSeconds, data = {} }) {
      const token = randomBytes(TOKEN_BYTES).toString('base64url');
      await db.count({
        name: 'action_link_create',
        text: `insert into action_link (realm_id, token_digest, purpose, user_id, data, expires_at)
               values ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))`,
        values: [realmId, digest(token), purpose, userId, json(data), ttlSeconds],
      });
      return token;
    },
    async peek(realmId, token, purpose) {
      if (!TOKEN.test(token)) return undefined;
      return await db.row<ActionLink>({
        name: 'action_link_peek',
        text: `select ${columns} from action_link
               where realm_id = $1 and token_digest = $2 and purpose = $3 and used_at is null and expires_at > now()`,
        values: [realmId, digest(token), purpose],
      });
    },
    /** Safe under READ COMMITTED: parallel calls wait for the row and find it used. */
    async consume(realmId, token, purpose) {
      if (!TOKEN.test(token)) return undefined;
      return await db.row<ActionLink>({
        name: 'action_link_consume',
        text: `update action_link set used_at = now()
               where realm_id = $1 and token_digest = $2 and purpose = $3 and used_at is null and expires_at > now()
               returning ${columns}`,
        values: [realmId, digest(token), purpose],
      });
    },
    revoke: (realmId, userId, purpose) =>
      db.count({
        name: 'action_link_revoke',
        text: `update action_link set used_at = now()
               where realm_id = $1 and user_id = $2 and purpose = $3 and used_at is null`,
        values: [realmId, userId, purpose],
      }),
  };
}
