import type { RecoveryCaseId } from '@sparekey/contracts';
import type { RecoveryCase, RecoveryCaseStore } from '@sparekey/factors';
import { isUuid, present } from '../database/json.ts';
import type { Queryable } from '../database/queryable.ts';

type Row = Omit<RecoveryCase, 'waitsFor' | 'until'> & { waitsFor: RecoveryCase['waitsFor'] | null; until: Date | null };

const columns = `id, realm_id as "realmId", user_id as "userId", sign_in_uid as "signInUid", by, level, score, reasons,
  demands, waits_for as "waitsFor", state, until, approvals, approvals_needed as "approvalsNeeded", lost,
  created_at as "createdAt", expires_at as "expiresAt"`;

const live = `state in ('open', 'waiting', 'approved') and expires_at > now()`;

/**
 * The wait of a case is over. Decided by the database's clock in the statement that uses it, so that a veto that
 * commits first is seen.
 */
const over = `(state = 'approved' or (state = 'waiting' and waits_for = 'cool_down' and until <= now()))`;

/** Every change is one statement that names the states it may start from: safe under READ COMMITTED. */
export function recoveryCaseStore(db: Queryable): RecoveryCaseStore {
  const one = async (name: string, text: string, values: unknown[]): Promise<RecoveryCase | undefined> => {
    const row = await db.row<Row>({ name, text, values });
    return row && (present(row) as RecoveryCase);
  };

  return {
    open: (recovery) =>
      db.atomically(async (transaction) => {
        const { decision } = recovery;
        await transaction.count({
          name: 'recovery_supersede',
          text: `update recovery_case set state = 'done' where realm_id = $1 and sign_in_uid = $2 and ${live}`,
          values: [recovery.realmId, recovery.signInUid],
        });
        const waiting = decision.demands === 'waiting' ? decision : undefined;
        const row = await transaction.row<Row>({
          name: 'recovery_open',
          text: `insert into recovery_case (realm_id, user_id, sign_in_uid, by, level, score, reasons, demands, waits_for,
                   state, until, approvals_needed, bearer_hash, expires_at)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
                   case when $9 = 'cool_down' then now() + make_interval(hours => $11) end, $12, $13,
                   now() + make_interval(hours => $11) + interval '7 days')
                 returning ${columns}`,
          values: [
            recovery.realmId,
            recovery.userId,
            recovery.signInUid,
            recovery.by,
            recovery.level,
            recovery.score,
            recovery.reasons,
            decision.demands,
            waiting?.by,
            waiting === undefined ? 'open' : 'waiting',
            waiting?.hours ?? 0,
            recovery.approvalsNeeded,
            recovery.bearerHash,
          ],
        });
        if (row === undefined) throw new Error('recovery_open returned nothing');
        return present(row) as RecoveryCase;
      }),

    ofSignIn: (realmId, userId, signInUid) =>
      one(
        'recovery_of_sign_in',
        `select ${columns} from recovery_case where realm_id = $1 and user_id = $2 and sign_in_uid = $3
         order by created_at desc limit 1`,
        [realmId, userId, signInUid],
      ),

    async byId(realmId, id) {
      if (!isUuid(id)) return undefined;
      return one('recovery_by_id', `select ${columns} from recovery_case where realm_id = $1 and id = $2`, [
        realmId,
        id,
      ]);
    },

    async list(realmId, { all, limit }) {
      const rows = await db.rows<Row>({
        name: all ? 'recovery_list_all' : 'recovery_list',
        text: `select ${columns} from recovery_case
               where realm_id = $1 ${all ? '' : `and state = 'waiting' and expires_at > now()`}
               order by created_at desc limit $2`,
        values: [realmId, limit],
      });
      return rows.map((row) => present(row) as RecoveryCase);
    },

    resume: (realmId, userId, bearerHash, signInUid) =>
      one(
        'recovery_resume',
        `update recovery_case set sign_in_uid = $4
         where realm_id = $1 and user_id = $2 and bearer_hash = $3 and state in ('waiting', 'approved')
           and expires_at > now()
         returning ${columns}`,
        [realmId, userId, bearerHash, signInUid],
      ),

    async waited(realmId, userId, signInUid) {
      const passed = await db.count({
        name: 'recovery_waited',
        text: `update recovery_case set state = 'approved'
               where realm_id = $1 and user_id = $2 and sign_in_uid = $3 and expires_at > now() and ${over}`,
        values: [realmId, userId, signInUid],
      });
      return passed > 0;
    },

    async approve(realmId, id, operator) {
      if (!isUuid(id)) return undefined;
      return one(
        'recovery_approve',
        `update recovery_case set approvals = approvals || $3::text,
           state = case when cardinality(approvals) + 1 >= approvals_needed then 'approved' else state end
         where realm_id = $1 and id = $2 and state = 'waiting' and expires_at > now() and not $3 = any (approvals)
         returning ${columns}`,
        [realmId, id, operator],
      );
    },

    async veto(realmId, id) {
      if (!isUuid(id)) return undefined;
      return one(
        'recovery_veto',
        `update recovery_case set state = 'vetoed' where realm_id = $1 and id = $2 and ${live} returning ${columns}`,
        [realmId, id],
      );
    },

    async vetoAll(realmId, userId) {
      const rows = await db.rows<{ id: RecoveryCaseId }>({
        name: 'recovery_veto_all',
        text: `update recovery_case set state = 'vetoed' where realm_id = $1 and user_id = $2 and ${live} returning id`,
        values: [realmId, userId],
      });
      return rows.map(({ id }) => id);
    },

    async chooseLost(realmId, userId, signInUid, lost) {
      const chosen = await db.count({
        name: 'recovery_choose_lost',
        text: `update recovery_case set lost = $4::uuid[]
               where realm_id = $1 and user_id = $2 and sign_in_uid = $3 and state in ('open', 'approved')`,
        values: [realmId, userId, signInUid, lost],
      });
      return chosen > 0;
    },

    async finish(realmId, userId, signInUid) {
      const finished = await db.count({
        name: 'recovery_finish',
        text: `update recovery_case set state = 'done'
               where realm_id = $1 and user_id = $2 and sign_in_uid = $3 and state in ('open', 'approved')`,
        values: [realmId, userId, signInUid],
      });
      return finished > 0;
    },
  };
}
