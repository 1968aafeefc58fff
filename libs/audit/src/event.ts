import type {
  AuthenticatorId,
  BackupCodeSetId,
  ClientUuid,
  OrganizationId,
  RealmId,
  UserId,
} from '@sparekey/contracts';
import type { AuditEventType } from './catalogue.ts';

/** Where a request came from. `ip` is the peer, or what a trusted proxy said. */
export interface Origin {
  ip: string;
  userAgent: string;
  requestId: string;
}

export type Actor =
  | { kind: 'user'; id: UserId }
  | { kind: 'client'; id: ClientUuid }
  | { kind: 'operator'; name: string }
  | { kind: 'system' }
  /** Nobody is proven yet: a wrong password, an unknown name. */
  | { kind: 'anonymous' };

/**
 * One thing that happened. Written in the transaction of what it records. Fields are an allow-list: there is no place
 * for a password, a code or a token, and `detail` admits only the keys that the catalogue names for the type.
 */
export interface AuditEvent {
  type: AuditEventType;
  realmId: RealmId;
  organizationId?: OrganizationId;
  actor: Actor;
  /** The person concerned; absent when nobody of that name exists. */
  subject?: UserId;
  outcome: 'success' | 'failure' | 'denied';
  reason?: string;
  authenticatorId?: AuthenticatorId;
  backupCodeSetId?: BackupCodeSetId;
  clientId?: string;
  sessionUid?: string;
  signInUid?: string;
  origin?: Origin;
  detail?: Record<string, string | number | boolean>;
  /**
   * Addresses that changed with this event, so that the old and the new one can be told; `from` only when it was
   * verified. Not stored with the event.
   */
  changed?: {
    email?: { from: string | undefined; to: string | undefined };
    phoneNumber?: { from: string | undefined; to: string | undefined };
  };
}

/** Port of the audit trail; bound to the transaction of the caller. */
export interface AuditTrail {
  append(event: AuditEvent): Promise<void>;
}
