import type { AuditTrail } from '@sparekey/audit';
import type { ClientUuid, GroupId, OrganizationId, RealmId, RoleId, UserId } from '@sparekey/contracts';
import type { Policy, PolicyChange, PolicyOverride } from '@sparekey/policy';
import type { ActionLinks } from './action-links.ts';
import type {
  Client,
  Group,
  Organization,
  Realm,
  Role,
  SigningKey,
  SigningKeyState,
  User,
  UserClaims,
} from './model.ts';

export interface RealmRepository {
  list(): Promise<Realm[]>;
  byName(name: string): Promise<Realm | undefined>;
  byId(id: RealmId): Promise<Realm | undefined>;
  /** Errors: `conflict` when the name is taken. */
  create(realm: Omit<Realm, 'id' | 'version' | 'createdAt'> & { id?: RealmId }): Promise<Realm>;
  update(realm: Realm): Promise<Realm>;
}

export interface ClientRepository {
  byClientId(realmId: RealmId, clientId: string): Promise<Client | undefined>;
  list(realmId: RealmId): Promise<Client[]>;
  /** Whose pages may call on behalf of people: of the enabled clients with a scope, those that registered any origin. */
  originsWith(realmId: RealmId, scope: string): Promise<Pick<Client, 'webOrigins' | 'redirectUris'>[]>;
  /** Errors: `conflict` when the client_id is taken. */
  create(client: Omit<Client, 'id'> & { id?: ClientUuid }): Promise<Client>;
  update(client: Client): Promise<Client>;
  remove(realmId: RealmId, id: ClientUuid): Promise<void>;
}

export type NewUser = Omit<User, 'id' | 'createdAt'> & { id?: UserId; createdAt?: Date };

export interface UserRepository {
  byId(realmId: RealmId, id: UserId): Promise<User | undefined>;
  /**
   * The person behind what was typed: username first, else e-mail, compared after NFKC, trim and lower-casing, so that
   * every spelling leads to one account.
   */
  byLogin(realmId: RealmId, login: string): Promise<User | undefined>;
  /** In a transaction: until it ends, nobody else who locks this person goes on. */
  lock(realmId: RealmId, id: UserId): Promise<void>;
  claims(realmId: RealmId, id: UserId): Promise<UserClaims | undefined>;
  /** Keyset page in order of username. */
  list(realmId: RealmId, page: { after?: string; limit: number }): Promise<User[]>;
  /** Errors: `conflict` when username or e-mail is taken. */
  create(user: NewUser): Promise<User>;
  update(user: User): Promise<User>;
  /** Strikes a required action off, whatever else changes of the person meanwhile; false when it was not open. */
  actionDone(realmId: RealmId, id: UserId, action: string): Promise<boolean>;
  /**
   * Sets the address and marks it verified, if the address is still `from`; false when it is not. One that the person
   * chose in place of `from` counts at once, and nothing before it does. Errors: `conflict` when another account has it.
   */
  verifyEmail(realmId: RealmId, id: UserId, from: string | undefined, email: string): Promise<boolean>;
  /**
   * Sets the number, verified (or none), if it is still `from`; false when it is not. None before it counts any more.
   * Verified numbers are kept in E.164.
   */
  setPhoneNumber(realmId: RealmId, id: UserId, from: string | undefined, number: string | undefined): Promise<boolean>;
  /** No address before the present one counts any more: the person gave it up themselves. */
  forgetFormerEmail(realmId: RealmId, id: UserId): Promise<void>;
  /** No number is the person's any more, nor one before; the one in the profile stays there, unverified. */
  disownPhoneNumber(realmId: RealmId, id: UserId): Promise<void>;
  remove(realmId: RealmId, id: UserId): Promise<void>;
  roles(realmId: RealmId, id: UserId): Promise<RoleId[]>;
  groups(realmId: RealmId, id: UserId): Promise<GroupId[]>;
  grantRole(realmId: RealmId, id: UserId, role: RoleId): Promise<void>;
  joinGroup(realmId: RealmId, id: UserId, group: GroupId): Promise<void>;
}

export interface RoleRepository {
  list(realmId: RealmId): Promise<Role[]>;
  create(role: Omit<Role, 'id'> & { id?: RoleId }): Promise<Role>;
  /** Adds composites to a role. */
  compose(realmId: RealmId, role: RoleId, children: RoleId[]): Promise<void>;
}

export interface GroupRepository {
  list(realmId: RealmId): Promise<Group[]>;
  create(group: Omit<Group, 'id' | 'path'> & { id?: GroupId }): Promise<Group>;
  /** Gives it another name, and the groups below it their paths. Errors: `conflict` when the name is taken. */
  rename(realmId: RealmId, id: GroupId, name: string): Promise<void>;
  /** With the groups below it. */
  remove(realmId: RealmId, id: GroupId): Promise<void>;
}

export interface OrganizationRepository {
  list(realmId: RealmId): Promise<Organization[]>;
  create(organization: Omit<Organization, 'id'> & { id?: OrganizationId }): Promise<Organization>;
  members(realmId: RealmId, id: OrganizationId): Promise<UserId[]>;
  join(realmId: RealmId, id: OrganizationId, user: UserId): Promise<void>;
}

/** An enabled organization that decides parts of the policy. */
export interface OrganizationOverride {
  id: OrganizationId;
  alias: string;
  override: PolicyOverride;
}

/** One change of a policy, as the history keeps it. */
export interface PolicyVersion {
  version: number;
  /** Absent for the realm's own policy. */
  organizationId?: OrganizationId;
  changes: PolicyChange[];
  changedBy: string;
  changedAt: Date;
}

/** Policies and their history; the realm's own policy is read with the realm. */
export interface PolicyRepository {
  overrides(realmId: RealmId): Promise<OrganizationOverride[]>;
  /** Number of the last change; 0 before the first. Without an organization: of the realm's own policy. */
  version(realmId: RealmId, organizationId?: OrganizationId): Promise<number>;
  /**
   * Writes a policy (a realm's whole one, or what an organization decides) as `version`, which is one above the version
   * it was made from. Errors: `conflict` when that version is there already; `not_found`.
   */
  save(change: Omit<PolicyVersion, 'changedAt'> & { realmId: RealmId; policy: Policy | PolicyOverride }): Promise<void>;
  /** Newest first. */
  history(realmId: RealmId, organizationId?: OrganizationId): Promise<PolicyVersion[]>;
  /** When a person's time of grace to set up a second factor began; undefined before that. */
  graceOf(realmId: RealmId, userId: UserId): Promise<Date | undefined>;
  /** Begins it; told when it began if that was earlier. */
  beginGrace(realmId: RealmId, userId: UserId): Promise<Date>;
}

export interface SigningKeyRepository {
  list(realmId: RealmId): Promise<SigningKey[]>;
  add(key: Omit<SigningKey, 'createdAt' | 'stateChangedAt'>): Promise<void>;
  /** Moves a key forward; false when it was not in `from` any more. */
  move(realmId: RealmId, kid: string, from: SigningKeyState, to: SigningKeyState): Promise<boolean>;
}

/** What a person allowed an application, kept across sessions. */
export interface Consent {
  clientId: ClientUuid;
  scopes: string[];
  claims: string[];
  grantedAt: Date;
}

export interface ConsentRepository {
  get(realmId: RealmId, userId: UserId, clientId: ClientUuid): Promise<Consent | undefined>;
  list(realmId: RealmId, userId: UserId): Promise<Consent[]>;
  /** Adds to what was allowed before. */
  grant(
    realmId: RealmId,
    userId: UserId,
    clientId: ClientUuid,
    allowed: { scopes: readonly string[]; claims: readonly string[] },
  ): Promise<void>;
}

/** A message for the provisioner, written in the transaction of the change that causes it. */
export interface OutboxMessage {
  realmId: RealmId;
  kind: 'backchannel_logout' | 'mail' | 'sms' | 'webhook' | 'password_reset_request';
  payload: Record<string, unknown>;
  /** Sealed at rest, and wiped once the message is delivered or given up: an address, a code, a link. */
  secret?: Record<string, unknown>;
}

export interface Outbox {
  add(message: OutboxMessage): Promise<void>;
}

/**
 * Limits on what is sent to people, counted in the transaction that sends: what is rolled back was neither sent nor
 * counted. Windows are fixed, so up to twice the limit may fall into one that slides.
 */
export interface SendLimits {
  /** Counts one; false, and nothing counted, when `limit` is reached in this window. */
  take(realmId: RealmId, key: string, limit: number, windowSeconds: number): Promise<boolean>;
}

/** "This wasn't me": for how long no recovery of a person is possible. */
export interface RecoveryFreezes {
  /** Never shortens a freeze. */
  freeze(realmId: RealmId, userId: UserId, until: Date): Promise<void>;
  /** Ends one before its time. */
  lift(realmId: RealmId, userId: UserId): Promise<void>;
  /** Undefined when recovery is not frozen now. */
  frozenUntil(realmId: RealmId, userId: UserId): Promise<Date | undefined>;
}

/** The repositories of this domain, bound to one transaction or to none. */
export interface RealmStores {
  realms: RealmRepository;
  clients: ClientRepository;
  users: UserRepository;
  roles: RoleRepository;
  groups: GroupRepository;
  organizations: OrganizationRepository;
  policies: PolicyRepository;
  signingKeys: SigningKeyRepository;
  consents: ConsentRepository;
  outbox: Outbox;
  actionLinks: ActionLinks;
  sendLimits: SendLimits;
  recoveryFreezes: RecoveryFreezes;
  audit: AuditTrail;
}
