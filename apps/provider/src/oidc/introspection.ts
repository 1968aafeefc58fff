import type { Client as OurClient, UserClaims } from '@sparekey/realms';
import type { Middleware } from 'koa';
import type { AccessToken, Client, ClientCredentials, KoaContextWithOIDC, RefreshToken } from 'oidc-provider';
import type { ServedRealm } from '../realms/cache.ts';
import { type ReadClaims, usableClaims } from './accounts.ts';
import { toClaims } from './claims.ts';

/** The claims of the account that stands for a client; undefined when it has none. */
export type ReadServiceAccount = (client: OurClient) => Promise<UserClaims | undefined>;

type Introspectable = AccessToken | ClientCredentials | RefreshToken;

/** What is read while deciding, kept for the response of the same request. */
const introspected = new WeakMap<object, UserClaims>();

const accountOf = (token: Introspectable): string | undefined => ('accountId' in token ? token.accountId : undefined);

/**
 * Whether a client may know of a token: confidential clients of the realm may (that is what resource servers are),
 * public ones only of their own. A token of a disabled or removed client or person is inactive for everyone.
 */
export function introspectionAllowed(parts: {
  realm: ServedRealm;
  readClaims: ReadClaims;
  readServiceAccount: ReadServiceAccount;
}) {
  const { realm, readClaims, readServiceAccount } = parts;
  return async (ctx: KoaContextWithOIDC, client: Client, token: Introspectable): Promise<boolean> => {
    if (client.clientAuthMethod === 'none' && token.clientId !== client.clientId) return false;
    const owner = token.clientId === undefined ? undefined : await realm.client(token.clientId);
    if (owner === undefined) return false;
    const accountId = accountOf(token);
    if (accountId === undefined) {
      const account = await readServiceAccount(owner);
      if (account !== undefined) introspected.set(ctx, account);
      return account === undefined || account.user.enabled;
    }
    const claims = await usableClaims(readClaims, realm.realm.id, accountId);
    if (claims === undefined) return false;
    introspected.set(ctx, claims);
    return true;
  };
}

/** Claims that an introspection response gives beside the protocol's own, by the scope that unlocks them. */
const BY_SCOPE = {
  roles: ['realm_access', 'resource_access'],
  groups: ['groups'],
  organization: ['organization'],
  email: ['email', 'email_verified'],
  profile: ['preferred_username', 'name'],
} as const;

/**
 * Tells resource servers what Keycloak writes into its JWT access tokens: `username`, and by granted scope the roles,
 * groups and organizations, as they are at this moment rather than when the token was issued.
 */
export function introspectionClaims(): Middleware {
  return async (ctx, next) => {
    await next();
    const claims = introspected.get(ctx);
    const body: unknown = ctx.body;
    if (claims === undefined || typeof body !== 'object' || body === null || !('active' in body) || !body.active)
      return;
    const all = toClaims(claims);
    const granted = new Set('scope' in body && typeof body.scope === 'string' ? body.scope.split(' ') : []);
    const named = Object.entries(BY_SCOPE).flatMap(([scope, names]) => (granted.has(scope) ? names : []));
    const told = named.filter((name) => all[name] !== undefined).map((name) => [name, all[name]]);
    ctx.body = { sub: claims.user.id, ...body, username: claims.user.username, ...Object.fromEntries(told) };
  };
}
