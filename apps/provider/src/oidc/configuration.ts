import { acrs } from '@sparekey/sign-in';
import type { AdapterFactory, Configuration } from 'oidc-provider';
import type { ServedRealm } from '../realms/cache.ts';
import { accountFinder, type ReadClaims } from './accounts.ts';
import { KC_ACTION } from './actions.ts';
import { claimsOfScopes, supportedScopes } from './claims.ts';
import { originAllowed } from './client-metadata.ts';
import { grantLoader, type ReadConsent } from './grants.ts';
import { type ReadGrace, signInPolicy } from './interaction-policy.ts';
import { introspectionAllowed, type ReadServiceAccount } from './introspection.ts';
import { toJwks } from './keys.ts';
import { lifetimes } from './lifetimes.ts';
import { renderError, renderLoggedOut, renderLogout } from './logout.ts';
import type { OidcPages } from './pages.ts';
import { signInOfToken } from './token-sign-in.ts';

/** Path of a realm, without a slash at the end. */
export const realmPath = (realm: string): string => `/realms/${realm}`;

const PROTOCOL = '/protocol/openid-connect';

/** Keycloak's endpoint paths below the realm's, so that apps written for it work by changing the host. */
const routes = {
  authorization: `${PROTOCOL}/auth`,
  token: `${PROTOCOL}/token`,
  userinfo: `${PROTOCOL}/userinfo`,
  jwks: `${PROTOCOL}/certs`,
  end_session: `${PROTOCOL}/logout`,
  revocation: `${PROTOCOL}/revoke`,
  introspection: `${PROTOCOL}/token/introspect`,
  pushed_authorization_request: `${PROTOCOL}/ext/par/request`,
};

const ALGORITHMS = ['ES256', 'RS256', 'EdDSA'] as const;

export interface ConfigurationParts {
  realm: ServedRealm;
  adapter: AdapterFactory;
  readClaims: ReadClaims;
  readServiceAccount: ReadServiceAccount;
  readConsent: ReadConsent;
  readGrace: ReadGrace;
  pages: OidcPages;
  cookieKeys: readonly string[];
  /** Whether the public URL is https: then browsers take the cookies over TLS only. */
  https: boolean;
}

function cookies({ realm, cookieKeys, https }: ConfigurationParts): Configuration['cookies'] {
  // The prefix has browsers refuse a cookie of that name that was not set over TLS (RFC 6265bis §4.1.3.1).
  const name = (purpose: string) => `${https ? '__Secure-' : ''}sparekey_${purpose}`;
  const common = { httpOnly: true, sameSite: 'lax', signed: true, overwrite: true } as const;
  return {
    names: { session: name('session'), interaction: name('interaction'), resume: name('resume') },
    keys: [...cookieKeys],
    // One realm's session must never reach another: the engine's default path is /.
    long: { ...common, path: `${realmPath(realm.realm.name)}/` },
    // Without a path here: the engine scopes these to the one interaction.
    short: common,
  };
}

/** A client revokes its own tokens only; of others' it learns nothing (RFC 7009 §2.1: refused, but as if done). */
const revocationAllowed = (_ctx: unknown, client: { clientId: string }, token: { clientId?: string | undefined }) =>
  token.clientId === client.clientId;

/** The engine's configuration for one realm. Everything not named here is off or at the engine's default. */
export function configurationOf(parts: ConfigurationParts): Configuration {
  const { realm, pages } = parts;
  const name = realm.realm.name;
  return {
    adapter: parts.adapter,
    jwks: toJwks(realm.keys),
    routes,
    cookies: cookies(parts),
    ttl: lifetimes(realm),
    // No implicit, no hybrid flow.
    responseTypes: ['code'],
    pkce: { required: () => true },
    scopes: supportedScopes,
    claims: Object.fromEntries(Object.entries(claimsOfScopes).map(([scope, names]) => [scope, [...names]])),
    // Scopes fill the ID token as well as userinfo: that is where apps written for Keycloak look.
    conformIdTokenClaims: false,
    acrValues: [...acrs],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
    enabledJWA: { idTokenSigningAlgValues: [...ALGORITHMS], dPoPSigningAlgValues: ['ES256', 'EdDSA'] },
    subjectTypes: ['public'],
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      claimsParameter: { enabled: true },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: introspectionAllowed(parts) },
      // Access tokens are opaque and for this server; resource servers introspect them.
      resourceIndicators: { enabled: false },
      revocation: { enabled: true, allowedPolicy: revocationAllowed },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: renderLogout(realm, pages),
        postLogoutSuccessSource: renderLoggedOut(realm, pages),
      },
    },
    findAccount: accountFinder(parts.readClaims, realm.realm.id),
    loadExistingGrant: grantLoader(realm, parts.readConsent),
    interactions: {
      policy: signInPolicy(realm, parts.readGrace),
      url: (_ctx, interaction) => `${realmPath(name)}/sign-in/${interaction.uid}`,
    },
    // Refresh tokens come with every code flow and end with the session, as in Keycloak; offline ones outlive it.
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: (_ctx, source) => !source.scopes.has('offline_access'),
    rotateRefreshToken: true,
    clientBasedCORS: (_ctx, origin, client) => {
      const { web_origins: webOrigins } = client;
      return Array.isArray(webOrigins) && originAllowed(webOrigins, client.redirectUris ?? [], origin);
    },
    extraTokenClaims: signInOfToken,
    extraParams: [KC_ACTION],
    extraClientMetadata: { properties: ['web_origins'] },
    renderError: renderError(realm, pages),
    clockTolerance: 10,
    // Nothing that is configured here makes the engine call anyone; what would in future has to go through the guard.
    fetch: () => Promise.reject(new Error('the OIDC engine calls nobody')),
  };
}
