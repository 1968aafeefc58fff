import type { UserClaims } from '@sparekey/realms';

/**
 * Which claims a granted scope gives, in the ID token and at userinfo alike: our access tokens are opaque, so roles
 * cannot be read from them as from Keycloak's, and resource servers get them by introspection.
 */
export const claimsOfScopes = {
  openid: ['sub', 'acr', 'amr', 'auth_time'],
  profile: [
    'name',
    'given_name',
    'family_name',
    'preferred_username',
    'nickname',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
  ],
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
  address: ['address'],
  roles: ['realm_access', 'resource_access'],
  groups: ['groups'],
  organization: ['organization'],
} as const;

/** Opens the account REST to a token; gives no claims. */
export const ACCOUNT_SCOPE = 'account';

/** Let a client, or a person through it, read and write by SCIM where a connection names the client; give no claims. */
export const SCIM_SCOPES = { read: 'scim.read', write: 'scim.write' } as const;

/** Scopes that an authorization may carry, in the order discovery lists them. */
export const supportedScopes: string[] = [
  ...Object.keys(claimsOfScopes),
  ACCOUNT_SCOPE,
  ...Object.values(SCIM_SCOPES),
  'offline_access',
];

/** Profile claims that Keycloak reads from the user attribute of the same name. */
const FROM_ATTRIBUTES = ['nickname', 'picture', 'website', 'gender', 'birthdate', 'zoneinfo'] as const;

/** Members of the address claim (OIDC Core §5.1.1) by the user attribute Keycloak keeps them in. */
const ADDRESS_ATTRIBUTES = {
  formatted: 'formatted',
  street: 'street_address',
  locality: 'locality',
  region: 'region',
  postal_code: 'postal_code',
  country: 'country',
} as const;

function present(claims: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
}

function address(attributes: Record<string, string[]>): Record<string, unknown> | undefined {
  const parts = Object.entries(ADDRESS_ATTRIBUTES).flatMap(([attribute, member]) => {
    const value = attributes[attribute]?.[0];
    return value === undefined ? [] : [[member, value] as const];
  });
  return parts.length === 0 ? undefined : Object.fromEntries(parts);
}

/** `realm_access` and `resource_access` in Keycloak's shape; absent when there are no such roles. */
export function roleClaims({ realmRoles, clientRoles }: Pick<UserClaims, 'realmRoles' | 'clientRoles'>) {
  const clients = Object.entries(clientRoles).filter(([, roles]) => roles.length > 0);
  return present({
    realm_access: realmRoles.length === 0 ? undefined : { roles: realmRoles },
    resource_access:
      clients.length === 0 ? undefined : Object.fromEntries(clients.map(([clientId, roles]) => [clientId, { roles }])),
  });
}

/** Every claim we know of a person; the engine lets through what the granted scopes and requested claims name. */
export function toClaims(claims: UserClaims): Record<string, unknown> {
  const { user, groups, organizations } = claims;
  const fullName = [user.firstName, user.lastName].filter((part) => part !== undefined && part !== '').join(' ');
  const organizationEntries = Object.entries(organizations).map(([alias, id]) => [alias, { id }]);
  return present({
    sub: user.id,
    name: fullName === '' ? undefined : fullName,
    given_name: user.firstName,
    family_name: user.lastName,
    preferred_username: user.username,
    locale: user.locale,
    ...Object.fromEntries(FROM_ATTRIBUTES.map((name) => [name, user.attributes[name]?.[0]])),
    email: user.email,
    email_verified: user.email === undefined ? undefined : user.emailVerified,
    phone_number: user.phoneNumber,
    phone_number_verified: user.phoneNumber === undefined ? undefined : user.phoneNumberVerified,
    address: address(user.attributes),
    ...roleClaims(claims),
    groups,
    organization: organizationEntries.length === 0 ? undefined : Object.fromEntries(organizationEntries),
  });
}
