import type { AuthenticatorId, RealmId, UserId } from '@sparekey/contracts';
import type { TotpAuthenticator, TotpStore } from '@sparekey/factors';
import { isUuid, present } from '../database/json.ts';
import { newId } from '../database/new-id.ts';
import type { Queryable } from '../database/queryable.ts';
import type { Keyring, SealedPlace } from '../keyring/keyring.ts';

type TotpRow = Omit<TotpAuthenticator, 'secret' | 'lastUsedAt' | 'confirmedAt'> & {
  sealed: Buffer;
  lastUsedAt: Date | null;
  confirmedAt: Date | null;
};

const columns = `id, label, secret_sealed as sealed, algorithm, digits, period_seconds as "periodSeconds",
  last_step as "lastStep", drift_steps as "driftSteps", created_at as "createdAt", last_used_at as "lastUsedAt",
  confirmed_at as "confirmedAt"`;

function place(realmId: RealmId, userId: UserId, id: AuthenticatorId): SealedPlace {
  return { table: 'totp_authenticator', realmId, row: id, userId, purpose: 'totp_secret' };
}

export function totpStore(db: Queryable, keyring: Keyring): TotpStore {
  function toTotp(realmId: RealmId, userId: UserId, row: TotpRow): TotpAuthenticator {
    const { sealed, ...totp } = present(row);
    return { ...totp, secret: keyring.open(sealed, place(realmId, userId, row.id)) };
  }

  return {
    async list(realmId, userId) {
      const rows = await db.rows<TotpRow>({
        name: 'totp_list',
        text: `select ${columns} from totp_authenticator
               where realm_id = $1 and user_id = $2 and confirmed_at is not null order by created_at, id`,
        values: [realmId, userId],
      });
      return rows.map((row) => toTotp(realmId, userId, row));
    },
    async pending(realmId, userId) {
      const row = await db.row<TotpRow>({
        name: 'totp_pending',
        text: `select ${columns} from totp_authenticator
               where realm_id = $1 and user_id = $2 and confirmed_at is null`,
        values: [realmId, userId],
      });
      return row && toTotp(realmId, userId, row);
    },
    /** Safe under READ COMMITTED: two enrolments begun at once meet at the partial unique index, the later replaces. */
    async add(realmId, userId, totp) {
      const id = newId<AuthenticatorId>();
      await db.count({
        name: 'totp_add',
        text: `insert into totp_authenticator as t (realm_id, user_id, id, label, secret_sealed, algorithm, digits,
                 period_seconds, last_step, drift_steps, created_at, confirmed_at, last_used_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, coalesce($11, now()), $12, $13)
               on conflict (realm_id, user_id) where confirmed_at is null do update
                 set id = excluded.id, label = excluded.label, secret_sealed = excluded.secret_sealed,
                   algorithm = excluded.algorithm, digits = excluded.digits, period_seconds = excluded.period_seconds,
                   last_step = excluded.last_step, drift_steps = excluded.drift_steps, created_at = excluded.created_at`,
        values: [
          realmId,
          userId,
          id,
          totp.label,
          keyring.seal(totp.secret, place(realmId, userId, id)),
          totp.algorithm,
          totp.digits,
          totp.periodSeconds,
          totp.lastStep,
          totp.driftSteps,
          totp.createdAt,
          totp.confirmedAt,
          totp.lastUsedAt,
        ],
      });
      return id;
    },
    async confirm(realmId, userId, id, label, step) {
      if (!isUuid(id)) return false;
      const confirmed = await db.count({
        name: 'totp_confirm',
        text: `update totp_authenticator
               set confirmed_at = now(), last_used_at = now(), label = $4, last_step = $5
               where realm_id = $1 and user_id = $2 and id = $3 and confirmed_at is null and last_step < $5`,
        values: [realmId, userId, id, label, step],
      });
      return confirmed === 1;
    },
    /**
     * One statement, safe under READ COMMITTED: of parallel calls for one step the first locks the row, the others wait
     * and compare again with the step it wrote (RFC 6238 §5.2).
     */
    async consumeStep(realmId, userId, id, step, driftSteps) {
      if (!isUuid(id)) return false;
      const consumed = await db.count({
        name: 'totp_consume_step',
        text: `update totp_authenticator set last_step = $4, drift_steps = $5, last_used_at = now()
               where realm_id = $1 and user_id = $2 and id = $3 and confirmed_at is not null and last_step < $4`,
        values: [realmId, userId, id, step, driftSteps],
      });
      return consumed === 1;
    },
    async rename(realmId, userId, id, label) {
      if (!isUuid(id)) return false;
      const renamed = await db.count({
        name: 'totp_rename',
        text: `update totp_authenticator set label = $4
               where realm_id = $1 and user_id = $2 and id = $3 and confirmed_at is not null`,
        values: [realmId, userId, id, label],
      });
      return renamed === 1;
    },
    async remove(realmId, userId, id) {
      if (!isUuid(id)) return false;
      const removed = await db.count({
        name: 'totp_remove',
        text: 'delete from totp_authenticator where realm_id = $1 and user_id = $2 and id = $3',
        values: [realmId, userId, id],
      });
      return removed === 1;
    },
  };
}
