import type { AuditEventType } from '@sparekey/audit';
import type { BackupCodeSetId, RealmId, UserId } from '@sparekey/contracts';
import type { Queryable, Statement } from '../database/queryable.ts';
import { type AuditRecord, type AuditRow, auditColumns, toAuditRecord } from './audit-record.ts';

export interface ActivityQuery {
  /** Told of whatever came of them. */
  types: readonly AuditEventType[];
  /** Told of only where they did not succeed. */
  failuresOf: readonly AuditEventType[];
  /** How far back. */
  days: number;
  /** Events older than this one: the last of the page before. */
  before?: Pick<AuditRecord, 'at' | 'id'> | undefined;
  limit: number;
}

/** A person's own view of the audit trail. */
export interface ActivityReader {
  /** Newest first. */
  list(realmId: RealmId, userId: UserId, query: ActivityQuery): Promise<AuditRecord[]>;
  /** Each use of a code of the set, newest first. */
  usesOf(realmId: RealmId, userId: UserId, set: { id: BackupCodeSetId; createdAt: Date }): Promise<AuditRecord[]>;
}

const columns = auditColumns.map((column) => column.replace(/ as (\w+)/, ' as "$1"')).join(', ');

/** Reads along the index of the subject: a page costs what the person's own events cost, never the realm's. */
export function activityReader(db: Queryable): ActivityReader {
  const records = async (statement: Statement) => (await db.rows<AuditRow>(statement)).map(toAuditRecord);
  return {
    list: (realmId, userId, { types, failuresOf, days, before, limit }) =>
      records({
        name: 'activity_list',
        text: `select ${columns} from audit_event
               where realm_id = $1 and subject_id = $2 and at > now() - make_interval(days => $3)
                 and (type = any($4::text[]) or (type = any($5::text[]) and outcome <> 'success'))
                 and ($6::timestamptz is null or (at, id) < ($6, $7::uuid))
               order by at desc, id desc limit $8`,
        values: [realmId, userId, days, types, failuresOf, before?.at, before?.id, limit],
      }),
    usesOf: (realmId, userId, { id, createdAt }) =>
      records({
        name: 'activity_uses_of_set',
        text: `select ${columns} from audit_event
               where realm_id = $1 and subject_id = $2 and at >= $4 and type = 'backup_code.consumed'
                 and backup_code_set_id = $3
               order by at desc, id desc`,
        values: [realmId, userId, id, createdAt],
      }),
  };
}
