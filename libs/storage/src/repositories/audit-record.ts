import type { AuditEvent } from '@sparekey/audit';
import { present } from '../database/json.ts';

/** An event as it was stored. */
export interface AuditRecord extends AuditEvent {
  id: string;
  at: Date;
}

export const auditColumns = [
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

export type AuditRow = AuditRecord & StoredActor & StoredOrigin;

export function toAuditRecord(row: AuditRow): AuditRecord {
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
