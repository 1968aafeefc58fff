import { AppError, type RealmFileInput, type UserFile } from '@sparekey/contracts';
import type { Client, Organization, Realm, User } from '../model.ts';
import { clientToFile } from './client.ts';
import { passwordToFile } from './credential.ts';
import { groupsToFile } from './group.ts';
import { organizationToFile } from './organization.ts';
import { totpToFile } from './otp-credential.ts';
import { policyToFile } from './policy.ts';
import type { Progress, RealmFileStores } from './ports.ts';
import type { Finding } from './report.ts';
import { type RoleLookup, roleLookup, rolesToFile } from './role.ts';
import { scimConnectionsToFile } from './scim-connection.ts';
import { userToFile } from './user.ts';

export interface RealmExport {
  /** Holds client secrets, TOTP seeds and password hashes, as an export of Keycloak does: guard it like the database. */
  file: RealmFileInput;
  /** What the realm has and the file does not. */
  notExported: Finding[];
}

/** People read at a time; each costs four small queries. */
const PAGE = 200;

const notExported: Finding[] = [
  { path: 'users[].backupCodes', why: 'backup codes never leave the database: people get a new set after an import' },
  {
    path: 'users[].passkeys',
    why: 'passkeys and security keys are bound to the address of this server: people set them up anew after an import',
  },
  { path: 'signingKeys', why: 'signing keys never leave the database: the importing server makes its own' },
  {
    path: 'sparekey.scimConnections[].secret',
    why: 'secrets and tokens of connections with directories never leave the database: they are given anew',
  },
  { path: 'sessions', why: 'sessions, tokens and consents end with the database they are in' },
  { path: 'auditEvents', why: 'the audit trail is exported on its own' },
];

async function everyUser(realm: Realm, stores: RealmFileStores): Promise<User[]> {
  const users: User[] = [];
  for (;;) {
    const page = await stores.users.list(realm.id, { after: users.at(-1)?.username, limit: PAGE });
    users.push(...page);
    if (page.length < PAGE) return users;
  }
}

async function userFile(
  user: User,
  stores: RealmFileStores,
  names: { roles: RoleLookup; groups: Map<string, string>; clients: Map<string, string> },
): Promise<UserFile> {
  const password = await stores.passwords.get(user.realmId, user.id);
  const totp = await stores.totp.list(user.realmId, user.id);
  const groups = await stores.users.groups(user.realmId, user.id);
  return userToFile(user, {
    credentials: [...(password === undefined ? [] : [passwordToFile(password)]), ...totp.map(totpToFile)],
    roles: names.roles(await stores.users.roles(user.realmId, user.id)),
    groups: groups.flatMap((id) => names.groups.get(id) ?? []),
    serviceAccountOf: user.serviceAccountClientId && names.clients.get(user.serviceAccountClientId),
  });
}

/**
 * The realm as a file that `importRealmFile` takes, in a fixed order, so that two exports of an unchanged realm are
 * the same text. Call it in a transaction to get one moment of the realm. Errors: `not_found`.
 */
export async function exportRealmFile(
  name: string,
  stores: RealmFileStores,
  onProgress: (progress: Progress) => void = () => {},
): Promise<RealmExport> {
  const realm = await stores.realms.byName(name);
  if (realm === undefined) throw new AppError('not_found', `there is no realm ${name}`);
  const byName =
    <T>(of: (entry: T) => string) =>
    (a: T, b: T) =>
      of(a) < of(b) ? -1 : 1;
  const clients = (await stores.clients.list(realm.id)).toSorted(byName<Client>(({ clientId }) => clientId));
  const roles = await stores.roles.list(realm.id);
  const groups = await stores.groups.list(realm.id);
  const organizations = await stores.organizations.list(realm.id);
  const lookup = roleLookup(roles, clients);

  const people = await everyUser(realm, stores);
  const usernames = new Map<string, string>(people.map(({ id, username }) => [id, username]));
  const names = {
    roles: lookup,
    groups: new Map<string, string>(groups.map(({ id, path }) => [id, path])),
    clients: new Map<string, string>(clients.map(({ id, clientId }) => [id, clientId])),
  };
  const users: UserFile[] = [];
  for (const user of people) {
    users.push(await userFile(user, stores, names));
    onProgress({ phase: 'reading people', done: users.length, total: people.length });
  }
  const organizationFile = async (organization: Organization) => {
    const members = await stores.organizations.members(realm.id, organization.id);
    return organizationToFile(
      organization,
      members.flatMap((id) => usernames.get(id) ?? []),
    );
  };
  const organizationFiles = [];
  for (const organization of organizations.toSorted(byName<Organization>(({ alias }) => alias))) {
    organizationFiles.push(await organizationFile(organization));
  }

  const { sparekey, ...policy } = policyToFile(realm.policy);
  const connections = await stores.scimConnections.list(realm.id);
  const file: RealmFileInput = {
    id: realm.id,
    realm: realm.name,
    displayName: realm.displayName,
    enabled: realm.enabled,
    ...policy,
    sparekey: { ...sparekey, ...scimConnectionsToFile(connections, organizations) },
    attributes: realm.attributes,
    roles: rolesToFile(roles, clients, lookup),
    groups: groupsToFile(groups, lookup),
    users,
    clients: clients.map(clientToFile),
    organizationsEnabled: organizations.length > 0,
    organizations: organizationFiles,
  };
  return { file, notExported };
}
