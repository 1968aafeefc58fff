import type {
  AccessToken,
  AuthorizationCode,
  ClientCredentials,
  KoaContextWithOIDC,
  RefreshToken,
} from 'oidc-provider';

/** The sign-in that a token was issued on. A later one in the same session does not strengthen it. */
export interface TokenSignIn {
  acr: string | undefined;
  /** Seconds since the epoch. */
  authTime: number | undefined;
}

type Source = Pick<AuthorizationCode | RefreshToken, 'acr' | 'authTime'>;

/**
 * Keeps with an access token how strong the sign-in behind it was, and when: resource servers decide by it and find it in
 * introspection (RFC 9470 §6.2). A refreshed token has the sign-in of its code: a step-up takes an authorization.
 */
export function signInOfToken(
  { oidc }: KoaContextWithOIDC,
  token: AccessToken | ClientCredentials,
): Record<string, unknown> | undefined {
  if (token.kind !== 'AccessToken') return undefined;
  const source: Source | undefined = oidc.entities.AuthorizationCode ?? oidc.entities.RefreshToken;
  if (source?.acr === undefined) return undefined;
  return { acr: source.acr, ...(source.authTime === undefined ? {} : { auth_time: source.authTime }) };
}

/** What `signInOfToken` kept. */
export function tokenSignIn({ extra }: AccessToken): TokenSignIn {
  const { acr, auth_time: authTime } = extra ?? {};
  return {
    acr: typeof acr === 'string' ? acr : undefined,
    authTime: typeof authTime === 'number' ? authTime : undefined,
  };
}
