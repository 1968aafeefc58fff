import type { Actor } from '@sparekey/audit';
import type { ClientUuid, GroupId, OrganizationId, RealmId, RoleId, UserId } from '@sparekey/contracts';
import { addScimConnection, moveScimConnection } from '@sparekey/provisioning';
import type { Realm } from '../model.ts';
import { normaliseLogin } from '../normalise-login.ts';
import type { PlannedPassword, RealmPlan, RoleRef } from './plan.ts';
import type { RealmFileStores } from './ports.ts';
import { roleKey } from './role.ts';

/** A plan whose passwords are hashed. */
export interface ReadyPlan extends Omit<RealmPlan, 'users'> {
  users: (Omit<RealmPlan['users'][number], 'password'> & { password?: Extract<PlannedPassword, { phc: string }> })[];
}

/** A name that `readRealmFile` has followed already, so that its absence is a fault of ours. */
function known<T>(found: Map<string, T>, name: string): T {
  const value = found.get(name);
  if (value === undefined) throw new Error(`a plan refers to ${name}, which it does not hold`);
  return value;
}

/** Writes a plan into a realm that does not exist yet. `written` is told the number of people after each. */
export async function writePlan(
  plan: ReadyPlan,
  stores: RealmFileStores,
  actor: Actor,
  written: (people: number) => void,
): Promise<Realm> {
  const realm = await stores.realms.create({ ...plan.realm, id: plan.realm.id as RealmId | undefined });
  const realmId = realm.id;

  const clients = new Map<string, ClientUuid>();
  for (const { path: _path, ...client } of plan.clients) {
    const { id } = await stores.clients.create({ ...client, realmId, id: client.id as ClientUuid | undefined });
    clients.set(client.clientId, id);
  }

  const roles = new Map<string, RoleId>();
  for (const { client, role, composites: _composites, id, description, attributes } of plan.roles) {
    const clientId = client === undefined ? undefined : known(clients, client);
    const created = await stores.roles.create({
      realmId,
      id: id as RoleId | undefined,
      clientId,
      name: role,
      description,
      attributes,
      composites: [],
    });
    roles.set(roleKey({ client, role }), created.id);
  }
  const idsOf = (refs: readonly RoleRef[]): RoleId[] => refs.map((ref) => known(roles, roleKey(ref)));
  for (const role of plan.roles) {
    if (role.composites.length > 0) {
      await stores.roles.compose(realmId, known(roles, roleKey(role)), idsOf(role.composites));
    }
  }

  const groups = new Map<string, GroupId>();
  for (const { id, name, path, parentPath, attributes, roles: refs } of plan.groups) {
    const parentId = parentPath === undefined ? undefined : known(groups, parentPath);
    const created = await stores.groups.create({
      realmId,
      id: id as GroupId | undefined,
      parentId,
      name,
      attributes,
      roles: idsOf(refs),
    });
    groups.set(path, created.id);
  }

  const people = new Map<string, UserId>();
  for (const [index, user] of plan.users.entries()) {
    const { path: _path, serviceAccountOf, password, totp, roles: refs, groups: paths, ...fields } = user;
    const { id } = await stores.users.create({
      ...fields,
      realmId,
      id: fields.id as UserId | undefined,
      serviceAccountClientId: serviceAccountOf === undefined ? undefined : known(clients, serviceAccountOf),
    });
    people.set(normaliseLogin(user.username), id);
    if (password !== undefined) await stores.passwords.set(realmId, id, password.phc, password.createdAt);
    for (const authenticator of totp) {
      await stores.totp.add(realmId, id, { ...authenticator, confirmedAt: authenticator.confirmedAt ?? new Date() });
    }
    for (const role of idsOf(refs)) await stores.users.grantRole(realmId, id, role);
    for (const path of paths) await stores.users.joinGroup(realmId, id, known(groups, path));
    written(index + 1);
  }

  const organizations = new Map<string, OrganizationId>();
  for (const { path: _path, members, ...organization } of plan.organizations) {
    const { id } = await stores.organizations.create({
      ...organization,
      realmId,
      id: organization.id as OrganizationId | undefined,
    });
    organizations.set(organization.alias, id);
    for (const member of members) await stores.organizations.join(realmId, id, known(people, normaliseLogin(member)));
  }
  for (const { path: _path, organization, enabled, ...draft } of plan.scimConnections) {
    const organizationId = organization === undefined ? undefined : known(organizations, organization);
    const connection = await addScimConnection(stores, realmId, { ...draft, organizationId }, actor);
    if (!enabled) await moveScimConnection(stores, connection, 'disabled', { actor });
  }
  return realm;
}
