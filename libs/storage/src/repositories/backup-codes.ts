import type { RealmId, UserId } from '@sparekey/contracts';
import type { BackupCodeSet, BackupCodeStore } from '@sparekey/factors';
import { isUuid } from '../database/json.ts';
import type { Queryable } from '../database/queryable.ts';
import { type BackupCodeSetRow, backupCodeSetColumns, toBackupCodeSet } from './backup-code-row.ts';

/**
 * Sets change (generate, confirm, end) under the lock of the person's row, taken by a statement of its own: under READ
 * COMMITTED the statements after it see what the holder before us committed. Consuming takes only the lock of the set's
 * row. Locks are always taken in the order person, set, code, so that nothing deadlocks.
 */
export function backupCodeStore(db: Queryable): BackupCodeStore {
  async function inState(
    realmId: RealmId,
    userId: UserId,
    state: 'active' | 'pending',
  ): Promise<BackupCodeSet | undefined> {
    const row = await db.row<BackupCodeSetRow>({
      name: `backup_codes_${state}`,
      text: `select ${backupCodeSetColumns} from backup_code_set s
             where s.realm_id = $1 and s.user_id = $2 and s.state = '${state}'`,
      values: [realmId, userId],
    });
    return row && toBackupCodeSet(row);
  }

  return {
    active: (realmId, userId) => inState(realmId, userId, 'active'),
    pending: (realmId, userId) => inState(realmId, userId, 'pending'),

    addPending: (set) =>
      db.atomically(async (transaction) => {
        await lockPerson(transaction, set.realmId, set.userId);
        await endSets(transaction, set.realmId, set.userId, ['pending'], 'abandoned');
        await insertPending(transaction, set);
        return set.id;
      }),

    confirm: (realmId, userId, id) =>
      db.atomically(async (transaction) => {
        if (!isUuid(id)) return false;
        await lockPerson(transaction, realmId, userId);
        const pending = await transaction.row({
          name: 'backup_codes_confirmable',
          text: `select from backup_code_set where realm_id = $1 and user_id = $2 and id = $3 and state = 'pending'`,
          values: [realmId, userId, id],
        });
        if (!pending) return false;
        const [replaced] = await endSets(transaction, realmId, userId, ['active'], 'regenerated');
        await transaction.count({
          name: 'backup_codes_confirm',
          text: `update backup_code_set set state = 'active', confirmed_at = now()
                 where realm_id = $1 and user_id = $2 and id = $3 and state = 'pending'`,
          values: [realmId, userId, id],
        });
        return { replaced: replaced?.left };
      }),

    /**
     * One statement, safe under READ COMMITTED: `live` waits for the lock of the set and looks again at its state, so a
     * set that ended meanwhile refuses; of parallel calls for one code the later ones find no verifier any more.
     */
    async consume(set, index) {
      return db.row<{ left: number }>({
        name: 'backup_code_consume',
        text: `with live as materialized (
                 select realm_id, user_id, id from backup_code_set
                 where realm_id = $1 and user_id = $2 and id = $3 and state = 'active' and expires_at > now()
                 for update
               ), spent as (
                 update backup_code c set verifier = null, used_at = now() from live
                 where c.realm_id = live.realm_id and c.user_id = live.user_id and c.set_id = live.id
                   and c.index = $4 and c.verifier is not null
                 returning c.set_id
               )
               update backup_code_set s set codes_left = s.codes_left - 1, last_used_at = now() from spent
               where s.realm_id = $1 and s.user_id = $2 and s.id = spent.set_id
               returning s.codes_left as "left"`,
        values: [set.realmId, set.userId, set.id, index],
      });
    },

    /** Ends the active set and a pending one with it; tells of the active one. */
    end: (realmId, userId, reason) =>
      db.atomically(async (transaction) => {
        await lockPerson(transaction, realmId, userId);
        const ended = await endSets(transaction, realmId, userId, ['active', 'pending'], reason);
        const active = ended.find((set) => set.confirmed);
        return active && { left: active.left };
      }),
  };
}

async function lockPerson(db: Queryable, realmId: RealmId, userId: UserId): Promise<void> {
  await db.row({
    name: 'backup_codes_lock',
    text: 'select from user_account where realm_id = $1 and id = $2 for no key update',
    values: [realmId, userId],
  });
}

/** Ends sets and removes the verifiers that they still hold. */
function endSets(
  db: Queryable,
  realmId: RealmId,
  userId: UserId,
  states: ('active' | 'pending')[],
  reason: string,
): Promise<{ left: number; confirmed: boolean }[]> {
  return db.rows({
    name: 'backup_codes_end',
    text: `with ended as (
             update backup_code_set set state = 'ended', ended_at = now(), ended_reason = $4
             where realm_id = $1 and user_id = $2 and state = any ($3)
             returning id, codes_left, confirmed_at
           ), wiped as (
             update backup_code c set verifier = null from ended
             where c.realm_id = $1 and c.user_id = $2 and c.set_id = ended.id and c.verifier is not null
           )
           select codes_left as "left", confirmed_at is not null as confirmed from ended`,
    values: [realmId, userId, states, reason],
  });
}

async function insertPending(db: Queryable, set: Parameters<BackupCodeStore['addPending']>[0]): Promise<void> {
  const { scheme } = set;
  await db.count({
    name: 'backup_codes_generate',
    text: `with made as (
             insert into backup_code_set (realm_id, user_id, id, state, scheme_version, memory_kib, iterations,
               parallelism, pepper_id, salt, code_length, group_length, expires_at, selection, code_count, codes_left)
             values ($1, $2, $3, 'pending', $4, $5, $6, $7, $8, $9, $10, $11, $12, $14, cardinality($13::bytea[]),
               cardinality($13::bytea[]))
             returning realm_id, user_id, id
           )
           insert into backup_code (realm_id, user_id, set_id, index, verifier)
           select made.realm_id, made.user_id, made.id, v.place - 1, v.verifier
           from made, unnest($13::bytea[]) with ordinality v (verifier, place)`,
    values: [
      set.realmId,
      set.userId,
      set.id,
      scheme.version,
      scheme.memoryKib,
      scheme.iterations,
      scheme.parallelism,
      scheme.pepperId,
      set.salt,
      set.codeLength,
      set.groupLength,
      set.expiresAt,
      set.verifiers,
      set.selection,
    ],
  });
}
