import type { AuditEventType } from '@sparekey/audit';
import type { RealmId, UserId } from '@sparekey/contracts';
import type { Queryable } from '../database/queryable.ts';
import { built, sql } from '../database/sql-builder.ts';
import { type AuditRecord, type AuditRow, auditColumns, toAuditRecord } from './audit-record.ts';

export type { AuditRecord } from './audit-record.ts';

export interface AuditQuery {
  subject?: UserId;
  type?: AuditEventType;
  from?: Date;
  to?: Date;
  /** Events older than this one: the last of the page before. */
  before?: Pick<AuditRecord, 'at' | 'id'>;
  limit: number;
}

export interface AuditReader {
  /** Newest first. */
  list(realmId: RealmId, query: AuditQuery): Promise<AuditRecord[]>;
}

export function auditReader(db: Queryable): AuditReader {
  return {
    async list(realmId, query) {
      const events = sql('audit_event')
        .select(auditColumns)
        .where('realm_id', realmId)
        .orderBy([
          { column: 'at', order: 'desc' },
          { column: 'id', order: 'desc' },
        ])
        .limit(query.limit);
      if (query.subject) events.andWhere('subject_id', query.subject);
      if (query.type) events.andWhere('type', query.type);
      if (query.from) events.andWhere('at', '>=', query.from);
      if (query.to) events.andWhere('at', '<', query.to);
      if (query.before) events.andWhereRaw('(at, id) < (?, ?)', [query.before.at, query.before.id]);
      const rows = await db.rows<AuditRow>(built('audit_list', events));
      return rows.map(toAuditRecord);
    },
  };
}
