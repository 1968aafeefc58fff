import type { RealmFile, RoleFile, RolesFile } from '@sparekey/contracts';
import type { Client, Role } from '../model.ts';
import { keptId } from './names.ts';
import type { PlannedRole, RoleRef } from './plan.ts';

/** Names of roles as they stand on people, groups and composite roles. */
export interface RoleNames {
  realmRoles?: string[];
  clientRoles?: Record<string, string[]>;
}

export const roleKey = ({ client, role }: RoleRef): string => JSON.stringify([client ?? null, role]);

/** Keycloak trims the names that refer to a role; each role counts once. */
export function roleRefs({ realmRoles = [], clientRoles = {} }: RoleNames): RoleRef[] {
  const refs: RoleRef[] = [
    ...realmRoles.map((role) => ({ role: role.trim() })),
    ...Object.entries(clientRoles).flatMap(([client, roles]) => roles.map((role) => ({ client, role: role.trim() }))),
  ];
  return [...new Map(refs.map((ref) => [roleKey(ref), ref])).values()];
}

/** The reverse of `roleRefs`, in order of names. */
export function roleNames(refs: readonly RoleRef[]): Required<RoleNames> {
  const byClient = Object.groupBy(
    refs.filter((ref) => ref.client !== undefined),
    (ref) => String(ref.client),
  );
  return {
    realmRoles: refs
      .filter((ref) => ref.client === undefined)
      .map(({ role }) => role)
      .sort(),
    clientRoles: Object.fromEntries(
      Object.entries(byClient)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([client, roles]) => [client, (roles ?? []).map(({ role }) => role).sort()]),
    ),
  };
}

/** Realm roles and client roles in one list. */
export function rolesFromFile(file: RealmFile): PlannedRole[] {
  const role = (role: RoleFile, client?: string): PlannedRole => ({
    id: keptId(role.id),
    client,
    role: role.name,
    description: role.description,
    attributes: role.attributes ?? {},
    composites: roleRefs({ realmRoles: role.composites?.realm, clientRoles: role.composites?.client }),
  });
  return [
    ...(file.roles?.realm ?? []).map((entry) => role(entry)),
    ...Object.entries(file.roles?.client ?? {}).flatMap(([client, entries]) =>
      entries.map((entry) => role(entry, client)),
    ),
  ];
}

/** Tells the names of roles by their ids. */
export type RoleLookup = (ids: readonly string[]) => RoleRef[];

export function roleLookup(roles: readonly Role[], clients: readonly Client[]): RoleLookup {
  const clientIds = new Map<string, string>(clients.map(({ id, clientId }) => [id, clientId]));
  const refs = new Map<string, RoleRef>(
    roles.map((role) => [
      role.id,
      { client: role.clientId === undefined ? undefined : clientIds.get(role.clientId), role: role.name },
    ]),
  );
  return (ids) => ids.flatMap((id) => refs.get(id) ?? []);
}

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);

/** All roles as they stand in a file: every client has its list, as in an export of Keycloak. */
export function rolesToFile(roles: readonly Role[], clients: readonly Client[], lookup: RoleLookup): RolesFile {
  const entry = (role: Role): RoleFile => {
    const { realmRoles, clientRoles } = roleNames(lookup(role.composites));
    return {
      id: role.id,
      name: role.name,
      description: role.description,
      ...(role.composites.length > 0 ? { composites: { realm: realmRoles, client: clientRoles } } : {}),
      attributes: role.attributes,
    };
  };
  return {
    realm: roles
      .filter((role) => role.clientId === undefined)
      .sort(byName)
      .map(entry),
    client: Object.fromEntries(
      clients.map((client) => [
        client.clientId,
        roles
          .filter((role) => role.clientId === client.id)
          .sort(byName)
          .map(entry),
      ]),
    ),
  };
}
