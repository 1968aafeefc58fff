import type { CredentialFile, UserFile } from '@sparekey/contracts';
import type { User } from '../model.ts';
import { credentialsFromFile } from './credential.ts';
import type { Findings } from './findings.ts';
import { keptId } from './names.ts';
import { at, below } from './path.ts';
import type { PlannedUser, RoleRef } from './plan.ts';
import { roleNames, roleRefs } from './role.ts';

/** Attributes that Keycloak's own scopes read for what has a field of its own in our model. */
const mapped = { phone: 'phoneNumber', phoneVerified: 'phoneNumberVerified', locale: 'locale' } as const;

/** Takes the field out of the attributes when it has exactly one value; anything else stays an attribute. */
function take(attributes: Record<string, string[]>, name: string): string | undefined {
  const [value, ...more] = attributes[name] ?? [];
  if (value === undefined || more.length > 0) return undefined;
  delete attributes[name];
  return value;
}

/** What a person would have to do at the next sign-in: kept, so that it is not lost, and told, because nothing asks for it. */
function requiredActions(
  given: readonly string[],
  fromCredentials: readonly string[],
  path: string,
  findings: Findings,
) {
  const why = 'kept, but no sign-in asks for it yet';
  for (const index of given.keys()) findings.unsupported.push({ path: below(path, 'requiredActions', index), why });
  const added = fromCredentials.filter((action) => !given.includes(action));
  if (added.length > 0)
    findings.unsupported.push({ path: below(path, 'credentials'), why: `${added.join()} is ${why}` });
  return [...new Set([...given, ...added])];
}

export function userFromFile(user: UserFile, index: number, findings: Findings): PlannedUser {
  const path = at('users', index);
  const attributes = { ...user.attributes };
  const { password, totp, actions } = credentialsFromFile(user.credentials ?? [], path, findings);
  return {
    path,
    id: keptId(user.id),
    username: user.username,
    email: user.email || undefined,
    emailVerified: user.emailVerified ?? false,
    phoneNumber: take(attributes, mapped.phone),
    phoneNumberVerified: take(attributes, mapped.phoneVerified) === 'true',
    firstName: user.firstName,
    lastName: user.lastName,
    enabled: user.enabled ?? true,
    locale: take(attributes, mapped.locale),
    attributes,
    requiredActions: requiredActions(user.requiredActions ?? [], actions, path, findings),
    createdAt: user.createdTimestamp === undefined ? undefined : new Date(user.createdTimestamp),
    serviceAccountOf: user.serviceAccountClientId,
    password,
    totp,
    roles: roleRefs(user),
    groups: user.groups ?? [],
  };
}

/** What stands beside the person's own row. */
export interface UserParts {
  credentials: CredentialFile[];
  roles: RoleRef[];
  groups: string[];
  /** client_id */
  serviceAccountOf: string | undefined;
}

export function userToFile(user: User, { credentials, roles, groups, serviceAccountOf }: UserParts): UserFile {
  const { realmRoles, clientRoles } = roleNames(roles);
  return {
    id: user.id,
    createdTimestamp: user.createdAt.getTime(),
    username: user.username,
    enabled: user.enabled,
    email: user.email,
    emailVerified: user.emailVerified,
    firstName: user.firstName,
    lastName: user.lastName,
    serviceAccountClientId: serviceAccountOf,
    attributes: {
      ...user.attributes,
      ...(user.phoneNumber === undefined ? {} : { [mapped.phone]: [user.phoneNumber] }),
      ...(user.phoneNumber === undefined && !user.phoneNumberVerified
        ? {}
        : { [mapped.phoneVerified]: [String(user.phoneNumberVerified)] }),
      ...(user.locale === undefined ? {} : { [mapped.locale]: [user.locale] }),
    },
    credentials,
    requiredActions: user.requiredActions,
    realmRoles,
    clientRoles,
    groups: groups.toSorted(),
  };
}
