import type { AuthenticatorId } from '@sparekey/contracts';
import type { Ceremony, WebAuthnAuthenticator, WebAuthnStore } from '@sparekey/factors';
import { isUuid, present } from '../database/json.ts';
import { newId } from '../database/new-id.ts';
import type { Queryable } from '../database/queryable.ts';

type Row = Omit<WebAuthnAuthenticator, 'lastUsedAt' | 'counterRegressedAt'> & {
  lastUsedAt: Date | null;
  counterRegressedAt: Date | null;
};

const columns = `id, user_id as "userId", credential_id as "credentialId", public_key as "publicKey", counter, transports,
  aaguid, backup_eligible as "backupEligible", backed_up as "backedUp", user_verified as "userVerified", label,
  created_at as "createdAt", last_used_at as "lastUsedAt", counter_regressed_at as "counterRegressedAt"`;

const ofCeremony = ({ realmId, place, purpose, userId }: Ceremony) => [realmId, place, purpose, userId ?? null];

/** $1 to $4 as of `ofCeremony`. */
const open = `realm_id = $1 and place = $2 and purpose = $3 and user_id is not distinct from $4::uuid
  and used_at is null and expires_at > now()`;

export function webauthnStore(db: Queryable): WebAuthnStore {
  return {
    async list(realmId, userId) {
      const rows = await db.rows<Row>({
        name: 'webauthn_list',
        text: `select ${columns} from webauthn_authenticator
               where realm_id = $1 and user_id = $2 order by created_at, id`,
        values: [realmId, userId],
      });
      return rows.map((row) => present(row));
    },
    async byCredentialId(realmId, credentialId) {
      const row = await db.row<Row>({
        name: 'webauthn_by_credential',
        text: `select ${columns} from webauthn_authenticator where realm_id = $1 and credential_id = $2`,
        values: [realmId, credentialId],
      });
      return row && present(row);
    },
    async add(realmId, authenticator) {
      const id = newId<AuthenticatorId>();
      const added = await db.count({
        name: 'webauthn_add',
        text: `insert into webauthn_authenticator (realm_id, user_id, id, credential_id, public_key, counter, transports,
                 aaguid, backup_eligible, backed_up, user_verified, label)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
               on conflict (realm_id, credential_id) do nothing`,
        values: [
          realmId,
          authenticator.userId,
          id,
          authenticator.credentialId,
          authenticator.publicKey,
          authenticator.counter,
          authenticator.transports,
          authenticator.aaguid,
          authenticator.backupEligible,
          authenticator.backedUp,
          authenticator.userVerified,
          authenticator.label,
        ],
      });
      return added === 1 ? id : undefined;
    },
    async rename(realmId, userId, id, label) {
      if (!isUuid(id)) return false;
      const renamed = await db.count({
        name: 'webauthn_rename',
        text: 'update webauthn_authenticator set label = $4 where realm_id = $1 and user_id = $2 and id = $3',
        values: [realmId, userId, id, label],
      });
      return renamed === 1;
    },
    async remove(realmId, userId, id) {
      if (!isUuid(id)) return false;
      const removed = await db.count({
        name: 'webauthn_remove',
        text: 'delete from webauthn_authenticator where realm_id = $1 and user_id = $2 and id = $3',
        values: [realmId, userId, id],
      });
      return removed === 1;
    },
    /**
     * One statement, safe under READ COMMITTED: it locks the row before it compares, so of parallel uses each is
     * compared with the counter that the one before it wrote.
     */
    async used(realmId, userId, id, { counter, backedUp, userVerified }) {
      if (!isUuid(id)) return undefined;
      return db.row<{ grown: boolean; stored: number }>({
        name: 'webauthn_used',
        text: `with held as (
                 select a.realm_id, a.user_id, a.id, a.counter, ($4 > a.counter or ($4 = 0 and a.counter = 0)) as grown
                 from webauthn_authenticator a
                 where a.realm_id = $1 and a.user_id = $2 and a.id = $3 for update
               )
               update webauthn_authenticator a
               set counter = case when held.grown then $4 else a.counter end,
                 backed_up = case when held.grown then $5 else a.backed_up end,
                 user_verified = case when held.grown then $6 else a.user_verified end,
                 last_used_at = case when held.grown then now() else a.last_used_at end,
                 counter_regressed_at = case when held.grown then a.counter_regressed_at else now() end
               from held where a.realm_id = held.realm_id and a.user_id = held.user_id and a.id = held.id
               returning held.grown, held.counter as stored`,
        values: [realmId, userId, id, counter, backedUp, userVerified],
      });
    },
    /** Safe under READ COMMITTED: pages rendered at once meet at the primary key, and all show the challenge that stays. */
    async challenge(ceremony, fresh, lifeSeconds) {
      const row = await db.row<{ challenge: Buffer }>({
        name: 'webauthn_challenge',
        text: `insert into webauthn_challenge as c (realm_id, place, purpose, user_id, challenge, expires_at)
               values ($1, $2, $3, $4, $5, now() + $6 * interval '1 second')
               on conflict (realm_id, place, purpose) do update
                 set (challenge, user_id, expires_at, used_at) = (
                   select kept.challenge, kept.user_id, kept.expires_at, kept.used_at
                   from (values
                     (1, c.challenge, c.user_id, c.expires_at, c.used_at),
                     (2, excluded.challenge, excluded.user_id, excluded.expires_at, excluded.used_at)
                   ) as kept (rank, challenge, user_id, expires_at, used_at)
                   where kept.rank = 2
                     or (c.used_at is null and c.expires_at > now() and c.user_id is not distinct from excluded.user_id)
                   order by kept.rank limit 1)
               returning c.challenge`,
        values: [...ofCeremony(ceremony), fresh, lifeSeconds],
      });
      if (row === undefined) throw new Error('a challenge is always there after it was made');
      return row.challenge;
    },
    async openChallenge(ceremony) {
      const row = await db.row<{ challenge: Buffer }>({
        name: 'webauthn_open_challenge',
        text: `select challenge from webauthn_challenge where ${open}`,
        values: ofCeremony(ceremony),
      });
      return row?.challenge;
    },
    async consumeChallenge(ceremony, challenge) {
      const consumed = await db.count({
        name: 'webauthn_consume_challenge',
        text: `update webauthn_challenge set used_at = now() where ${open} and challenge = $5`,
        values: [...ofCeremony(ceremony), challenge],
      });
      return consumed === 1;
    },
  };
}
