import { isIP } from 'node:net';
import { type Actor, type AuditEvent, type AuditTrail, auditCatalogue } from '@sparekey/audit';
import { json } from '../database/json.ts';
import type { Queryable } from '../database/queryable.ts';

const LONGEST_TEXT = 512;

/** Appends in the transaction it is bound to. Errors: a plain Error for a `detail` key that the catalogue does not name. */
export function auditTrail(db: Queryable): AuditTrail {
  return {
    async append(event) {
      refuseUnknownDetail(event);
      await db.count({
        name: 'audit_append',
        text: `insert into audit_event (realm_id, type, outcome, reason, organization_id, actor_kind, actor_id,
                 subject_id, authenticator_id, backup_code_set_id, client_id, session_uid, sign_in_uid, ip, user_agent,
                 request_id, detail)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
        values: [
          event.realmId,
          event.type,
          event.outcome,
          event.reason,
          event.organizationId,
          event.actor.kind,
          actorId(event.actor),
          event.subject,
          event.authenticatorId,
          event.backupCodeSetId,
          text(event.clientId),
          event.sessionUid,
          event.signInUid,
          address(event.origin?.ip),
          text(event.origin?.userAgent),
          text(event.origin?.requestId),
          event.detail === undefined ? null : json(cleaned(event.detail)),
        ],
      });
    },
  };
}

function refuseUnknownDetail(event: AuditEvent): void {
  const allowed: readonly string[] = auditCatalogue[event.type].detail;
  const unknown = Object.keys(event.detail ?? {}).filter((key) => !allowed.includes(key));
  if (unknown.length > 0) throw new Error(`Audit event ${event.type} has no place for ${unknown.join(', ')}`);
}

function actorId(actor: Actor): string | undefined {
  if ('id' in actor) return actor.id;
  return 'name' in actor ? text(actor.name) : undefined;
}

/** What a browser or an application sent must not be able to stop the event: cut, and free of control characters. */
function text(value: string | undefined): string | undefined {
  return value
    ?.toWellFormed()
    .replace(/\p{Cc}/gu, ' ')
    .slice(0, LONGEST_TEXT);
}

function cleaned(detail: NonNullable<AuditEvent['detail']>): NonNullable<AuditEvent['detail']> {
  return Object.fromEntries(
    Object.entries(detail).map(([key, value]) => [key, typeof value === 'string' ? (text(value) ?? '') : value]),
  );
}

/** inet knows no IPv6 zone; what is no address at all is left out. */
function address(ip: string | undefined): string | undefined {
  const plain = ip?.replace(/%.*$/, '');
  return plain !== undefined && isIP(plain) !== 0 ? plain : undefined;
}
