import type { RealmId, UserId } from '@sparekey/contracts';
import type { Outbox } from '@sparekey/realms';
import type { Knex } from 'knex';
import type { SessionDirectory, SessionSummary } from '../storage.ts';
import { endFamilies } from './revoke.ts';

const live = 'destroyed_at is null and expires_at > now()';

interface Which {
  userId?: UserId;
  uid?: string;
  except?: string;
}

interface Ended {
  uid: string;
  account_id: UserId | null;
  authorizations: Record<string, { sid?: string; grantId?: string }> | null;
}

/** Sessions by person. `db` is the pool, or the transaction of the caller. */
export function sessionDirectory(db: Knex, outbox: (db: Knex) => Outbox): SessionDirectory {
  const end = (realmId: RealmId, which: Which): Promise<number> =>
    db.transaction(async (transaction) => {
      const ended = await endSessions(transaction, realmId, which);
      for (const session of ended)
        for (const [clientId, { sid }] of Object.entries(session.authorizations ?? {}))
          await outbox(transaction).add({
            realmId,
            kind: 'backchannel_logout',
            payload: { clientId, sid, sub: session.account_id },
          });
      return ended.length;
    });

  return {
    async list(realmId, userId) {
      const { rows } = await db.raw<{ rows: ListedRow[] }>(
        `select uid, created_at, last_seen_at, expires_at, ip, user_agent,
           array(select json_object_keys(payload -> 'authorizations')) as clients
         from oidc_session where realm_id = ? and account_id = ? and ${live} order by last_seen_at desc, uid`,
        [realmId, userId],
      );
      return rows.map((row) => summary(userId, row));
    },
    async end(realmId, userId, uid) {
      return (await end(realmId, { userId, uid })) > 0;
    },
    endAll: (realmId, userId, except) => end(realmId, { userId, except }),
  };
}

/**
 * Ends sessions with their grants and every token of these; returns what they were. No row of their uids can follow: a
 * request that is about to change the cookie value of one of them waits for this transaction, and then finds it ended.
 */
export async function endSessions(transaction: Knex, realmId: RealmId, which: Which): Promise<Ended[]> {
  await lockSessions(transaction, realmId, which);
  const { sql, values } = condition(realmId, which);
  const { rows } = await transaction.raw<{ rows: Ended[] }>(
    `update oidc_session set destroyed_at = now(), payload = null, ended = true where ${sql}
     returning uid, account_id, old.payload -> 'authorizations' as authorizations`,
    values,
  );
  const grantIds = rows.flatMap((row) =>
    Object.values(row.authorizations ?? {}).flatMap(({ grantId }) => grantId ?? []),
  );
  if (grantIds.length > 0) await endFamilies(transaction, realmId, grantIds);
  return rows;
}

/**
 * A session whose cookie value changes while we wait for its row comes back as another row, which that wait did not lock:
 * until nothing unlocked is left, we lock again.
 */
async function lockSessions(transaction: Knex, realmId: RealmId, which: Which): Promise<void> {
  const { sql, values } = condition(realmId, which);
  const locked = new Set<string>();
  for (let before = -1; before !== locked.size; ) {
    before = locked.size;
    const { rows } = await transaction.raw<{ rows: { id: Buffer }[] }>(
      `select id from oidc_session where ${sql} order by id for update`,
      values,
    );
    for (const { id } of rows) locked.add(id.toString('hex'));
  }
}

function condition(realmId: RealmId, { userId, uid, except }: Which): { sql: string; values: string[] } {
  return {
    sql: [
      'realm_id = ?',
      live,
      ...(userId === undefined ? [] : ['account_id = ?']),
      ...(uid === undefined ? [] : ['uid = ?']),
      ...(except === undefined ? [] : ['uid <> ?']),
    ].join(' and '),
    values: [realmId, ...[userId, uid, except].filter((value) => value !== undefined)],
  };
}

interface ListedRow {
  uid: string;
  created_at: Date;
  last_seen_at: Date;
  expires_at: Date;
  ip: string | null;
  user_agent: string | null;
  clients: string[];
}

const summary = (userId: UserId, row: ListedRow): SessionSummary => ({
  uid: row.uid,
  userId,
  createdAt: row.created_at,
  lastSeenAt: row.last_seen_at,
  expiresAt: row.expires_at,
  ip: row.ip ?? undefined,
  userAgent: row.user_agent ?? undefined,
  clients: row.clients,
});
