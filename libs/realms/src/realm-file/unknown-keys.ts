import {
  type CredentialFile,
  clientFileSchema,
  compositesFileSchema,
  credentialFileSchema,
  groupFileSchema,
  organizationDomainFileSchema,
  organizationFileSchema,
  organizationMemberFileSchema,
  type RealmFile,
  type RoleFile,
  realmFileSchema,
  roleFileSchema,
  rolesFileSchema,
  userFileSchema,
} from '@sparekey/contracts';
import {
  clientKeys,
  credentialKeys,
  groupKeys,
  type KeyNotes,
  memberKeys,
  organizationKeys,
  realmKeys,
  roleKeys,
  userKeys,
} from './keycloak-keys.ts';
import { at, below } from './path.ts';
import type { Finding } from './report.ts';

type Json = Record<string, unknown>;
type Known = { shape: Record<string, unknown> };

/** Nothing stands there, nor in anything inside it, so nothing is lost. */
const saysNothing = (value: unknown): boolean =>
  value === null ||
  value === '' ||
  (Array.isArray(value) && value.every(saysNothing)) ||
  (typeof value === 'object' && Object.values(value).every(saysNothing));

/**
 * Every key of Keycloak's part that has no effect here, by path. `raw` is the file as it stood and has passed
 * `realmFileSchema`, so its known parts have their types.
 */
export function unknownKeys(raw: unknown): Finding[] {
  const found: Finding[] = [];

  function list(value: unknown, path: string, known: Known, notes: KeyNotes): void {
    for (const [key, inner] of Object.entries(value as Json)) {
      if (Object.hasOwn(known.shape, key) || saysNothing(inner)) continue;
      const harmless = Object.hasOwn(notes.harmless, key) ? notes.harmless[key] : undefined;
      if (harmless === 'any' || harmless?.includes(inner)) continue;
      const why = notes.why !== undefined && Object.hasOwn(notes.why, key) ? notes.why[key] : undefined;
      found.push({ path: below(path, key), why: why ?? 'not supported: it has no effect here' });
    }
  }
  function listRole(role: RoleFile, path: string): void {
    list(role, path, roleFileSchema, roleKeys);
    list(role.composites ?? {}, below(path, 'composites'), compositesFileSchema, { harmless: {} });
  }
  function listGroup(group: unknown, path: string): void {
    list(group, path, groupFileSchema, groupKeys);
    for (const [index, child] of ((group as Json).subGroups as unknown[] | undefined)?.entries() ?? []) {
      listGroup(child, below(path, 'subGroups', index));
    }
  }

  const file = raw as RealmFile;
  list(file, '', realmFileSchema, realmKeys);
  list(file.roles ?? {}, 'roles', rolesFileSchema, { harmless: {} });
  for (const [index, role] of (file.roles?.realm ?? []).entries()) listRole(role, at('roles', 'realm', index));
  for (const [client, roles] of Object.entries(file.roles?.client ?? {})) {
    for (const [index, role] of roles.entries()) listRole(role, at('roles', 'client', client, index));
  }
  for (const [index, group] of (file.groups ?? []).entries()) listGroup(group, at('groups', index));
  for (const [index, client] of (file.clients ?? []).entries()) {
    list(client, at('clients', index), clientFileSchema, clientKeys);
  }
  for (const [index, user] of (file.users ?? []).entries()) {
    const path = at('users', index);
    list(user, path, userFileSchema, userKeys);
    for (const [place, credential] of (user.credentials ?? ([] as CredentialFile[])).entries()) {
      list(credential, below(path, 'credentials', place), credentialFileSchema, credentialKeys);
    }
  }
  for (const [index, organization] of (file.organizations ?? []).entries()) {
    const path = at('organizations', index);
    list(organization, path, organizationFileSchema, organizationKeys);
    for (const [place, domain] of (organization.domains ?? []).entries()) {
      list(domain, below(path, 'domains', place), organizationDomainFileSchema, { harmless: {} });
    }
    for (const [place, member] of (organization.members ?? []).entries()) {
      list(member, below(path, 'members', place), organizationMemberFileSchema, memberKeys);
    }
  }
  return found;
}
