import type { AuditEventType } from '@sparekey/audit';
import type { UserId } from '@sparekey/contracts';
import type { ResourceType } from '@sparekey/scim';
import type { Stores } from '@sparekey/storage';
import type { ScimCall } from './call.ts';

type ScimEventType = Extract<AuditEventType, `scim.${string}`>;

export interface Told {
  readonly type: ScimEventType;
  readonly resourceType: ResourceType;
  readonly id: string;
  /** Names of attributes, never their values. */
  readonly fields?: readonly string[];
}

/** Records what a directory did, in the transaction in which it did it. */
export async function tell(call: ScimCall, stores: Stores, { type, resourceType, id, fields }: Told): Promise<void> {
  await stores.audit.append({
    type,
    realmId: call.reach.realmId,
    ...(call.reach.organizationId === undefined ? {} : { organizationId: call.reach.organizationId }),
    actor: call.actor,
    ...(resourceType.name === 'User' ? { subject: id as UserId } : {}),
    outcome: 'success',
    origin: call.origin,
    detail: {
      connection: call.connection.name,
      resource: id,
      type: resourceType.name,
      ...(fields === undefined || fields.length === 0 ? {} : { fields: fields.join(' ') }),
    },
  });
}
