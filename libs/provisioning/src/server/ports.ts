import type { OrganizationId, RealmId, ScimConnectionId } from '@sparekey/contracts';
import type { ElementFilter, Filter, JsonObject, ResourceType, SortKey } from '@sparekey/scim';
import type { ToldMapping } from './mapping/compile.ts';
import type { ScimSecurityEventStore } from './security-event.ts';

/** What a connection reaches: everything else is to it as if it were not there. */
export interface ScimReach {
  readonly realmId: RealmId;
  readonly connectionId: ScimConnectionId;
  /** Only people of this organization, when the connection is an organization's. */
  readonly organizationId?: OrganizationId;
  /** What it created or adopted, or also what no connection owns. */
  readonly visibility: 'owned' | 'realm';
  /** Who holds one of these roles, and groups that lead to one, are out of reach; empty for a connection that may manage administrators. */
  readonly protectedRoles: readonly string[];
  /** What organizations protect beyond that, among their members; groups that lead to one of these roles are out of reach for all. */
  readonly protectedInOrganizations?: readonly {
    readonly organizationId: OrganizationId;
    readonly roles: readonly string[];
  }[];
  /** How accounts are told to this directory; the standard way when absent. */
  readonly told?: ToldMapping;
}

/** A resource as it is kept: without `schemas`, `id`, `meta`, members and groups, which are made or read when it is told. */
export interface ScimRecord {
  readonly id: string;
  readonly externalId?: string;
  readonly data: JsonObject;
  readonly version: number;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
  readonly isOwned: boolean;
}

export interface ScimQuery {
  readonly filter?: Filter;
  readonly sort?: SortKey;
  readonly limit: number;
  /** Index pagination: how many to leave out. */
  readonly offset?: number;
  /** Cursor pagination: the last one of the page before. */
  readonly after?: ScimPlace;
}

/** A place in the order of a query: the value sorted by, if any, and the id, which settles ties. */
export interface ScimPlace {
  readonly value?: string;
  readonly id: string;
}

export interface ScimPage {
  readonly records: readonly ScimRecord[];
  /** Of all pages; told with the first one by cursor, and with each by index. */
  readonly total?: number;
  /** The place of the last record when there may be more. */
  readonly next?: ScimPlace;
}

/** What is left of a resource that was deleted. */
export interface ScimDeletion {
  readonly id: string;
  readonly resourceType: string;
  readonly deletedAt: Date;
  /** `deletedAt` to the last digit that the database keeps. */
  readonly place: string;
}

/** A member of a group, or a group of a person. */
export interface ScimMember {
  readonly value: string;
  readonly type: 'User' | 'Group';
  readonly display: string;
}

/** What SCIM clients write and read. Every method sees no further than the reach; ids beyond it are not there. */
export interface ScimResourceStore {
  page(reach: ScimReach, type: ResourceType, query: ScimQuery): Promise<ScimPage>;
  find(reach: ScimReach, type: ResourceType, id: string): Promise<ScimRecord | undefined>;
  /** In a transaction: nobody else changes it until that ends. */
  lock(reach: ScimReach, type: ResourceType, id: string): Promise<ScimRecord | undefined>;
  /** Errors: `conflict` naming the attribute when a unique value is taken in this connection. */
  insert(reach: ScimReach, type: ResourceType, record: Pick<ScimRecord, 'id' | 'externalId' | 'data'>): Promise<void>;
  /** Says, for the rest of the transaction, that what is written is a whole replacement: events tell it from a change. */
  replacing(): Promise<void>;
  /** Writes the document over, with a new version; the connection owns it from then on. Errors: as `insert`. */
  update(reach: ScimReach, type: ResourceType, record: Pick<ScimRecord, 'id' | 'externalId' | 'data'>): Promise<void>;
  /** A resource of an administrator's type; people and groups are removed by their own stores. Leaves a tombstone. */
  remove(reach: ScimReach, type: ResourceType, id: string): Promise<void>;
  /** What of this connection was deleted since then, oldest first; a place is the moment as text, and the id. */
  deleted(reach: ScimReach, page: { since: Date; after?: ScimPlace; limit: number }): Promise<ScimDeletion[]>;
}

/** Members of groups, kept as a relation: adding one to a hundred thousand costs what adding one to none does. */
export interface ScimMemberStore {
  /** In order of id, after `after`; people and groups in one order. */
  page(reach: ScimReach, groupId: string, page: { after?: string; limit: number }): Promise<ScimMember[]>;
  /** Of these ids, those of people and groups in reach. */
  inReach(reach: ScimReach, ids: readonly string[]): Promise<Set<string>>;
  /** Adds those that are not members. Returns the first id that is no person or group in reach, having added nothing. */
  add(reach: ScimReach, groupId: string, ids: readonly string[]): Promise<string | undefined>;
  /** Removes those that are members; others count for nothing. */
  remove(reach: ScimReach, groupId: string, ids: readonly string[]): Promise<void>;
  removeWhere(reach: ScimReach, groupId: string, filter: ElementFilter): Promise<void>;
  /** Exactly these, as a difference of sets. Returns as `add`. */
  replace(reach: ScimReach, groupId: string, ids: readonly string[]): Promise<string | undefined>;
  /** Groups by person, in order of name. */
  groupsOf(reach: ScimReach, userIds: readonly string[]): Promise<Map<string, ScimMember[]>>;
}

/** A bearer token of a connection, without what it is recognised by. */
export interface ScimToken {
  readonly id: string;
  readonly connectionId: ScimConnectionId;
  readonly label: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly lastUsedAt?: Date;
}

export interface ScimTokenStore {
  list(realmId: RealmId, connectionId: ScimConnectionId): Promise<ScimToken[]>;
  /** Errors: `conflict` when the connection has two that are not expired: the older has to be revoked first. */
  issue(
    realmId: RealmId,
    token: { connectionId: ScimConnectionId; label: string; hash: Buffer; expiresAt: Date },
  ): Promise<ScimToken>;
  revoke(realmId: RealmId, connectionId: ScimConnectionId, id: string): Promise<boolean>;
  /** Takes tokens that end within so many days and were not told of; in the transaction that tells. Each is taken once. */
  takeExpiring(
    days: number,
    limit: number,
  ): Promise<{ realmId: RealmId; connection: string; id: string; expiresAt: Date }[]>;
  /** One that is not expired; remembers, at most once a minute, that it was used. */
  use(realmId: RealmId, hash: Buffer): Promise<ScimToken | undefined>;
}

export interface ScimServerStores {
  scimResources: ScimResourceStore;
  scimMembers: ScimMemberStore;
  scimTokens: ScimTokenStore;
  scimSecurityEvents: ScimSecurityEventStore;
}
