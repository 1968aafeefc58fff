import type { ClientUuid, GroupId, OrganizationId, RealmId, RoleId, UserId } from '@sparekey/contracts';
import type { Policy, PolicyOverride } from '@sparekey/policy';

/** An issuer with its own keys, people, clients and policy. `name` is its path segment and unique. */
export interface Realm {
  id: RealmId;
  name: string;
  displayName?: string;
  enabled: boolean;
  policy: Policy;
  attributes: Record<string, string>;
  /** Grows by one with every change of the realm, its clients or its keys; caches compare it. */
  version: number;
  createdAt: Date;
}

export type SigningAlg = 'ES256' | 'RS256' | 'EdDSA';

/** An application. `secret` is readable here and sealed at rest. Redirect URIs match exactly. */
export interface Client {
  id: ClientUuid;
  realmId: RealmId;
  clientId: string;
  name?: string;
  description?: string;
  enabled: boolean;
  publicClient: boolean;
  secret?: string;
  redirectUris: string[];
  postLogoutRedirectUris: string[];
  webOrigins: string[];
  standardFlow: boolean;
  serviceAccount: boolean;
  consentRequired: boolean;
  baseUrl?: string;
  backchannelLogoutUrl?: string;
  backchannelLogoutSessionRequired: boolean;
  idTokenAlg: SigningAlg;
  /** Scopes the client may ask for, beside `openid` and `offline_access`. */
  scopes: string[];
  attributes: Record<string, string>;
}

export interface User {
  id: UserId;
  realmId: RealmId;
  username: string;
  email?: string;
  emailVerified: boolean;
  phoneNumber?: string;
  phoneNumberVerified: boolean;
  firstName?: string;
  lastName?: string;
  enabled: boolean;
  locale?: string;
  attributes: Record<string, string[]>;
  requiredActions: string[];
  /** Set on the account that stands for a client in the client credentials grant. */
  serviceAccountClientId?: ClientUuid;
  createdAt: Date;
}

/** A role of the realm, or of one client when `clientId` (its uuid) is set. */
export interface Role {
  id: RoleId;
  realmId: RealmId;
  clientId?: ClientUuid;
  name: string;
  description?: string;
  attributes: Record<string, string[]>;
  /** Roles that come with this one. */
  composites: RoleId[];
}

/** `path` is `/parent/child`, unique in the realm. */
export interface Group {
  id: GroupId;
  realmId: RealmId;
  parentId?: GroupId;
  name: string;
  path: string;
  attributes: Record<string, string[]>;
  roles: RoleId[];
}

export interface Organization {
  id: OrganizationId;
  realmId: RealmId;
  name: string;
  alias: string;
  description?: string;
  enabled: boolean;
  domains: { name: string; verified: boolean }[];
  /** What it decides of the policy; absent for nothing. */
  policy?: PolicyOverride;
  attributes: Record<string, string[]>;
}

/** What tokens tell of a person, as Keycloak shapes it; composite and group roles are already expanded. */
export interface UserClaims {
  user: User;
  realmRoles: string[];
  /** client_id → role names */
  clientRoles: Record<string, string[]>;
  /** group paths */
  groups: string[];
  /** alias → id */
  organizations: Record<string, OrganizationId>;
}

/**
 * A signing key moves one way: published (in the JWKS, not yet signing) → active (signs) → retiring (in the JWKS, no
 * longer signing) → retired (gone from the JWKS). At most one active key per algorithm and realm.
 */
export type SigningKeyState = 'published' | 'active' | 'retiring' | 'retired';

export interface SigningKey {
  kid: string;
  realmId: RealmId;
  alg: SigningAlg;
  state: SigningKeyState;
  /** Private JWK; sealed at rest. */
  privateJwk: Record<string, unknown>;
  createdAt: Date;
  stateChangedAt: Date;
}
