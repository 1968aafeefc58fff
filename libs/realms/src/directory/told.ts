import type { AuditEventType } from '@sparekey/audit';
import type { UserId } from '@sparekey/contracts';
import type { ResourceType } from '@sparekey/scim';
import type { DirectoryStores, DirectoryWriter } from './writer.ts';

type ScimEventType = Extract<AuditEventType, `scim.${string}`>;

export interface Told {
  readonly type: ScimEventType;
  readonly resourceType: ResourceType;
  readonly id: string;
  /** Names of attributes, never their values. */
  readonly fields?: readonly string[];
}

/** Records what a directory did, in the transaction in which it did it. */
export async function tell(
  writer: DirectoryWriter,
  { audit }: Pick<DirectoryStores, 'audit'>,
  { type, resourceType, id, fields }: Told,
): Promise<void> {
  const { reach, actor, origin, connection } = writer;
  await audit.append({
    type,
    realmId: reach.realmId,
    ...(reach.organizationId === undefined ? {} : { organizationId: reach.organizationId }),
    actor,
    ...(resourceType.name === 'User' ? { subject: id as UserId } : {}),
    outcome: 'success',
    ...(origin && { origin }),
    detail: {
      connection: connection.name,
      resource: id,
      type: resourceType.name,
      ...(fields === undefined || fields.length === 0 ? {} : { fields: fields.join(' ') }),
    },
  });
}
