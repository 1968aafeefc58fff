import type { AuditEvent, AuditEventType } from '@sparekey/audit';
import type { RealmId, UserId } from '@sparekey/contracts';
import { present } from '../database/json.ts';
import type { Queryable } from '../database/queryable.ts';
import { built, sql } from '../database/sql-builder.ts';

/** An event as it was stored. */
export interface AuditRecord extends AuditEvent {
  id: string;
  at: Date;
}

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

const columns = [
  'id',
  'at',
  'type',
  'outcome',
  'reason',
  'subject_id as subject',
  'realm_id as realmId',
  'organization_id as organizationId',
  'actor_kind',
  'actor_id',
  'authenticator_id as authenticatorId',
  'backup_code_set_id as backupCodeSetId',
  'client_id as clientId',
  'session_uid as sessionUid',
  'sign_in_uid as signInUid',
  'ip',
  'user_agent',
  'request_id',
  'detail',
];

type StoredActor = { actor_kind: string; actor_id: string | null };
type StoredOrigin = { ip: string | null; user_agent: string | null; request_id: string | null };

export function auditReader(db: Queryable): AuditReader {
  return {
    async list(realmId, query) {
      const events = sql('audit_event')
        .select(columns)
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
      const rows = await db.rows<AuditRecord & StoredActor & StoredOrigin>(built('audit_list', events));
      return rows.map(toRecord);
    },
  };
}

function toRecord(row: AuditRecord & StoredActor & StoredOrigin): AuditRecord {
  const { actor_kind, actor_id, ip, user_agent, request_id, ...event } = row;
  const origin =
    request_id === null ? {} : { origin: { ip: ip ?? '', userAgent: user_agent ?? '', requestId: request_id } };
  return { ...present(event), actor: toActor({ actor_kind, actor_id }), ...origin } as AuditRecord;
}

function toActor({ actor_kind: kind, actor_id: id }: StoredActor): AuditEvent['actor'] {
  switch (kind) {
    case 'user':
    case 'client':
      return { kind, id } as AuditEvent['actor'];
    case 'operator':
      return { kind, name: id ?? '' };
    case 'system':
      return { kind };
    default:
      return { kind: 'anonymous' };
  }
}
