import type { Consent, ConsentRepository } from '@sparekey/realms';
import type { Queryable } from '../database/queryable.ts';

const columns = 'client_id as "clientId", scopes, claims, granted_at as "grantedAt"';

export function consentRepository(db: Queryable): ConsentRepository {
  return {
    get: (realmId, userId, clientId) =>
      db.row<Consent>({
        name: 'consent_get',
        text: `select ${columns} from user_consent where realm_id = $1 and user_id = $2 and client_id = $3`,
        values: [realmId, userId, clientId],
      }),
    list: (realmId, userId) =>
      db.rows<Consent>({
        name: 'consent_list',
        text: `select ${columns} from user_consent where realm_id = $1 and user_id = $2 order by granted_at`,
        values: [realmId, userId],
      }),
    /** One statement: two tabs that allow different scopes at once both count. */
    async grant(realmId, userId, clientId, { scopes, claims }) {
      await db.count({
        name: 'consent_grant',
        text: `insert into user_consent (realm_id, user_id, client_id, scopes, claims)
               values ($1, $2, $3, $4, $5)
               on conflict (realm_id, user_id, client_id) do update
                 set scopes = array(select distinct unnest(user_consent.scopes || excluded.scopes)),
                     claims = array(select distinct unnest(user_consent.claims || excluded.claims)),
                     granted_at = now()`,
        values: [realmId, userId, clientId, scopes, claims],
      });
    },
  };
}
