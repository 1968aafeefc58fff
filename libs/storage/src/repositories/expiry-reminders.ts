import type { BackupCodeSetId, RealmId, UserId } from '@sparekey/contracts';
import type { Queryable } from '../database/queryable.ts';
import type { Keyring } from '../keyring/keyring.ts';
import { noticingAudit } from './noticing-audit.ts';

/** Days ahead of the end at which people are told, nearest first: who is told of one day is not told of seven after it. */
const STAGES = [1, 7, 30] as const;

interface Due {
  realmId: RealmId;
  userId: UserId;
  id: BackupCodeSetId;
  left: number;
}

/** Tells people whose backup codes expire soon, and remembers that they were told. */
export interface ExpiryReminders {
  /** At most `limit` people of each stage; returns how many. Each is told once a stage, however many workers run. */
  tell(limit: number): Promise<number>;
}

export function expiryReminders(db: Queryable, keyring: Keyring): ExpiryReminders {
  return {
    async tell(limit) {
      let told = 0;
      for (const days of STAGES) {
        told += await db.atomically(async (transaction) => {
          const due = await take(transaction, days, limit);
          const audit = noticingAudit(transaction, keyring);
          for (const { realmId, userId, id, left } of due)
            await audit.append({
              type: 'backup_codes.expiring',
              realmId,
              actor: { kind: 'system' },
              subject: userId,
              outcome: 'success',
              backupCodeSetId: id,
              detail: { days, left },
            });
          return due.length;
        });
      }
      return told;
    },
  };
}

/** Safe under READ COMMITTED: what another worker is telling is skipped, what it told is no longer due. */
function take(db: Queryable, days: number, limit: number): Promise<Due[]> {
  return db.rows<Due>({
    name: 'expiry_reminders',
    text: `with due as materialized (
             select realm_id, user_id, id from backup_code_set
             where state = 'active' and codes_left > 0 and expires_at > now()
               and expires_at <= now() + make_interval(days => $1) and coalesce(reminded_days, 1000) > $1
             order by expires_at limit $2 for update skip locked
           )
           update backup_code_set s set reminded_days = $1 from due
           where s.realm_id = due.realm_id and s.user_id = due.user_id and s.id = due.id
           returning s.realm_id as "realmId", s.user_id as "userId", s.id, s.codes_left as "left"`,
    values: [days, limit],
  });
}
