import type { RealmId, UserId } from '@sparekey/contracts';
import { present } from '../database/json.ts';
import type { Queryable } from '../database/queryable.ts';
import type { Keyring } from '../keyring/keyring.ts';
import { endFamilies } from '../oidc/revoke.ts';
import { outbox } from './outbox.ts';

/** An application that holds something of a person: their consent, a grant, or both. */
export interface ConnectedApplication {
  clientId: string;
  name?: string;
  baseUrl?: string;
  /** Every scope that was allowed and still counts. */
  scopes: string[];
  /** Of the oldest consent or grant that still counts. */
  since: Date;
  /** When it was last given a token; undefined when it holds none. */
  lastUsedAt?: Date;
  /** The person said yes to a question. */
  consented: boolean;
  /** It holds a refresh token that outlives sessions: it can act while the person is signed out (OIDC Core §11). */
  offline: boolean;
}

/** What is given up when an application is let go. */
export interface Disconnected {
  consent: boolean;
  grants: number;
}

/** Applications by person; the account pages' own client is none. */
export interface ConnectedApplications {
  /** Those used last first. */
  list(realmId: RealmId, userId: UserId): Promise<ConnectedApplication[]>;
  /**
   * Ends the consent, every grant with its tokens, and tells the application by back-channel logout, in one transaction.
   * Undefined when the application held nothing.
   */
  disconnect(realmId: RealmId, userId: UserId, clientId: string): Promise<Disconnected | undefined>;
}

interface Row {
  clientId: string;
  name: string | null;
  baseUrl: string | null;
  scopes: string[];
  since: Date;
  lastUsedAt: Date | null;
  consented: boolean;
  offline: boolean;
}

export function connectedApplications(db: Queryable, keyring: Keyring): ConnectedApplications {
  return {
    async list(realmId, userId) {
      const rows = await db.rows<Row>({
        name: 'connected_applications',
        text: `with grants as materialized (
                 select id, client_id, string_to_array(payload -> 'openid' ->> 'scope', ' ') as scopes,
                   to_timestamp((payload ->> 'iat')::bigint) as since
                 from oidc_grant
                 where realm_id = $1 and account_id = $2 and destroyed_at is null and expires_at > now()
               ), tokens as (
                 select g.client_id, max((t.payload ->> 'iat')::bigint) as last_iat,
                   bool_or(t.kind = 'RefreshToken' and t.consumed_at is null and 'offline_access' = any(g.scopes))
                     as offline
                 from grants g join oidc_token t on t.realm_id = $1 and t.grant_id = g.id
                 where t.destroyed_at is null and t.expires_at > now() group by g.client_id
               ), held as (
                 select c.id, g.scopes, g.since, false as consented
                 from grants g join client c on c.realm_id = $1 and c.client_id = g.client_id
                 union all
                 select client_id, scopes, granted_at, true from user_consent where realm_id = $1 and user_id = $2
               )
               select c.client_id as "clientId", c.name, c.base_url as "baseUrl",
                 array(select distinct scope from held h, unnest(h.scopes) as scope
                       where h.id = c.id order by scope) as scopes,
                 min(held.since) as since, bool_or(held.consented) as consented,
                 to_timestamp(max(t.last_iat)) as "lastUsedAt", coalesce(bool_or(t.offline), false) as offline
               from held join client c on c.realm_id = $1 and c.id = held.id
                 left join tokens t on t.client_id = c.client_id
               group by c.realm_id, c.id
               order by "lastUsedAt" desc nulls last, since desc, c.client_id`,
        values: [realmId, userId],
      });
      return rows.map((row) => present(row) as ConnectedApplication);
    },

    disconnect: (realmId, userId, clientId) =>
      db.atomically(async (transaction) => {
        const consents = await transaction.count({
          name: 'consent_withdraw',
          text: `delete from user_consent where realm_id = $1 and user_id = $2
                   and client_id = (select id from client where realm_id = $1 and client_id = $3)`,
          values: [realmId, userId, clientId],
        });
        const grants = await transaction.rows<{ id: string }>({
          name: 'grants_of_application',
          text: `select id from oidc_grant
                 where realm_id = $1 and account_id = $2 and client_id = $3 and destroyed_at is null
                 order by id for update`,
          values: [realmId, userId, clientId],
        });
        if (consents === 0 && grants.length === 0) return undefined;
        await endFamilies(
          transaction,
          realmId,
          grants.map(({ id }) => id),
        );
        for (const sid of await signedIn(transaction, realmId, userId, clientId))
          await outbox(transaction, keyring).add({
            realmId,
            kind: 'backchannel_logout',
            payload: { clientId, sid, sub: userId },
          });
        return { consent: consents > 0, grants: grants.length };
      }),
  };
}

/** By what names the application knows the person's sessions. */
async function signedIn(db: Queryable, realmId: RealmId, userId: UserId, clientId: string): Promise<string[]> {
  const rows = await db.rows<{ sid: string }>({
    name: 'sessions_of_application',
    text: `select payload -> 'authorizations' -> $3::text ->> 'sid' as sid from oidc_session
           where realm_id = $1 and account_id = $2 and destroyed_at is null and expires_at > now()
             and payload -> 'authorizations' -> $3::text ->> 'sid' is not null`,
    values: [realmId, userId, clientId],
  });
  return rows.map(({ sid }) => sid);
}
