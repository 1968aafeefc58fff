import type { TotpAuthenticator } from '@sparekey/factors';
import type { PlannedScimConnection } from '@sparekey/provisioning';
import type { Client, Organization, Realm, User } from '../model.ts';

/** A role by name: of the realm, or of the client with this client_id. */
export interface RoleRef {
  client?: string;
  role: string;
}

export type PlannedRealm = Pick<Realm, 'name' | 'displayName' | 'enabled' | 'policy' | 'attributes'> & { id?: string };

export type PlannedClient = Omit<Client, 'id' | 'realmId'> & { id?: string; path: string };

export interface PlannedRole extends RoleRef {
  id?: string;
  description?: string;
  attributes: Record<string, string[]>;
  composites: RoleRef[];
}

/** Parents come before their children. */
export interface PlannedGroup {
  id?: string;
  name: string;
  path: string;
  parentPath?: string;
  attributes: Record<string, string[]>;
  roles: RoleRef[];
}

/** A password hashed already, or one that still has to be. */
export type PlannedPassword = { createdAt?: Date } & ({ phc: string } | { plain: string });

export type PlannedTotp = Omit<TotpAuthenticator, 'id' | 'createdAt'> & { createdAt?: Date };

export type PlannedUser = Omit<User, 'id' | 'realmId' | 'createdAt' | 'serviceAccountClientId'> & {
  id?: string;
  path: string;
  createdAt?: Date;
  /** client_id */
  serviceAccountOf?: string;
  password?: PlannedPassword;
  totp: PlannedTotp[];
  roles: RoleRef[];
  groups: string[];
};

export type PlannedOrganization = Omit<Organization, 'id' | 'realmId'> & {
  id?: string;
  path: string;
  /** usernames */
  members: string[];
};

export type PlannedConnection = PlannedScimConnection & { path: string };

/** What an import is going to write: checked, and free of Keycloak's shapes. */
export interface RealmPlan {
  realm: PlannedRealm;
  clients: PlannedClient[];
  roles: PlannedRole[];
  groups: PlannedGroup[];
  users: PlannedUser[];
  organizations: PlannedOrganization[];
  scimConnections: PlannedConnection[];
}
