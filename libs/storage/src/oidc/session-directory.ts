import type { RealmId, UserId } from '@sparekey/contracts';
import type { Queryable } from '../database/queryable.ts';
import type { Keyring } from '../keyring/keyring.ts';
import { outbox } from '../repositories/outbox.ts';
import type { SessionDirectory, SessionSummary } from '../storage.ts';
import { endFamilies } from './revoke.ts';

/** Of a realm; the other members, where given, narrow it. */
interface Which {
  userId?: UserId;
  uid?: string;
  except?: string;
  /** Leaves the grants that hold offline access. */
  keepOffline?: boolean;
}

interface EndedRow {
  account_id: UserId | null;
  authorizations: Record<string, { sid?: string; grantId?: string; persistsLogout?: boolean }> | null;
}

/** Sessions by person, on the pool or in the transaction of the caller. */
export function sessionDirectory(db: Queryable, keyring: Keyring): SessionDirectory {
  const end = (realmId: RealmId, which: Which, on: Queryable = db): Promise<number> =>
    on.atomically(async (transaction) => {
      const ended = await endSessions(transaction, realmId, which);
      for (const { account_id: sub, authorizations } of ended)
        for (const [clientId, { sid }] of Object.entries(authorizations ?? {}))
          await outbox(transaction, keyring).add({
            realmId,
            kind: 'backchannel_logout',
            payload: { clientId, sid, sub },
          });
      return ended.length;
    });

  return {
    async list(realmId, userId) {
      const rows = await db.rows<ListedRow>({
        name: 'oidc_session_list',
        text: `select uid, created_at, last_seen_at, expires_at, ip, user_agent,
                 array(select json_object_keys(payload -> 'authorizations')) as clients
               from oidc_session
               where realm_id = $1 and account_id = $2 and destroyed_at is null and expires_at > now()
               order by last_seen_at desc, uid`,
        values: [realmId, userId],
      });
      return rows.map((row) => summary(userId, row));
    },
    async end(realmId, userId, uid, { keepOffline = false } = {}) {
      return (await end(realmId, { userId, uid, keepOffline })) > 0;
    },
    endAll: (realmId, userId, except) =>
      db.atomically(async (transaction) => {
        // Before the sessions, as everyone who changes both does: two who end everything never wait for each other.
        await transaction.count({
          name: 'oidc_sessions_ended',
          text: 'update user_account set sessions_ended_at = now() where realm_id = $1 and id = $2',
          values: [realmId, userId],
        });
        return end(realmId, { userId, except }, transaction);
      }),
  };
}

const which = `realm_id = $1 and destroyed_at is null and expires_at > now()
  and account_id is not distinct from coalesce($2::uuid, account_id)
  and uid = coalesce($3::text, uid) and uid is distinct from $4::text`;

/**
 * Ends sessions with their grants and every token of these, in the transaction of the caller; returns what they were. No
 * row of their uids can follow: a request that is about to change the cookie value of one of them waits for this
 * transaction, and then finds it ended.
 */
export async function endSessions(transaction: Queryable, realmId: RealmId, asked: Which): Promise<EndedRow[]> {
  const values = [realmId, asked.userId, asked.uid, asked.except];
  await lockSessions(transaction, values);
  const ended = await transaction.rows<EndedRow>({
    name: 'oidc_sessions_end',
    text: `update oidc_session set destroyed_at = now(), payload = null, ended = true where ${which}
           returning account_id, old.payload -> 'authorizations' as authorizations`,
    values,
  });
  const clients = ended
    .flatMap(({ authorizations }) => Object.values(authorizations ?? {}))
    .filter(({ persistsLogout }) => asked.keepOffline !== true || persistsLogout !== true);
  const grantIds = clients.flatMap(({ grantId }) => grantId ?? []);
  if (grantIds.length > 0) await endFamilies(transaction, realmId, grantIds);
  return ended;
}

/**
 * A session whose cookie value changes while we wait for its row comes back as another row, which that wait did not lock:
 * until nothing new turns up, we lock again.
 */
async function lockSessions(transaction: Queryable, values: unknown[]): Promise<void> {
  const locked = new Set<string>();
  for (let before = -1; before !== locked.size; ) {
    before = locked.size;
    const rows = await transaction.rows<{ id: Buffer }>({
      name: 'oidc_sessions_lock',
      text: `select id from oidc_session where ${which} order by id for update`,
      values,
    });
    for (const { id } of rows) locked.add(id.toString('hex'));
  }
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
