import type { Actor, AuditTrail, Origin } from '@sparekey/audit';
import type { RealmId, UserId } from '@sparekey/contracts';
import type { DeviceStore, RecoveryCaseStore } from '@sparekey/factors';
import type { AccountMapping, ScimMemberStore, ScimReach, ScimResourceStore } from '@sparekey/provisioning';
import type { JsonObject, RelationChange } from '@sparekey/scim';
import type { ActionLinks } from '../action-links.ts';
import type { GroupRepository, OrganizationRepository, UserRepository } from '../ports.ts';

/** Who writes people and groups on behalf of a directory, be it that it writes to us or that we read it. */
export interface DirectoryWriter {
  readonly reach: ScimReach;
  readonly connection: { readonly name: string; readonly settings: { readonly trustEmail: boolean } };
  /** How a resource becomes an account; the standard way when absent. */
  readonly toAccount?: AccountMapping;
  readonly actor: Actor;
  readonly origin?: Origin;
}

/** A resource as a directory wants it: without `id`, `meta` and what is kept as a relation. */
export interface Wanted {
  readonly externalId?: string;
  readonly data: JsonObject;
  /** Changes of the relation, in their order; none leaves it alone. */
  readonly changes: readonly RelationChange[];
}

/** The repositories that a directory's writing needs, bound to one transaction. */
export interface DirectoryStores {
  users: UserRepository;
  groups: GroupRepository;
  organizations: OrganizationRepository;
  actionLinks: ActionLinks;
  audit: AuditTrail;
  scimResources: ScimResourceStore;
  scimMembers: ScimMemberStore;
  devices: Pick<DeviceStore, 'distrustAll'>;
  recoveryCases: Pick<RecoveryCaseStore, 'vetoAll'>;
  applications: {
    list(realmId: RealmId, userId: UserId): Promise<{ clientId: string }[]>;
    disconnect(realmId: RealmId, userId: UserId, clientId: string): Promise<unknown>;
  };
  sessions: { endAll(realmId: RealmId, userId: UserId): Promise<number> };
}
