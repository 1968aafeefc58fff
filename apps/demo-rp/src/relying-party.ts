import { AppError } from '@sparekey/contracts';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as client from 'openid-client';
import type { Application } from './applications.ts';
import type { SignedIn } from './sessions.ts';

/** What the callback has to match: kept on the server, never in the browser. */
export interface Begun {
  state: string;
  nonce: string;
  codeVerifier: string;
  /** Seconds; the ID token's auth_time is checked against it. */
  maxAge?: number;
}

export interface Wish {
  /** Also to see how the person signs in, with the account REST. */
  account?: boolean;
  acrValues?: string;
  maxAge?: number;
}

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout';

/** One client of the provider, on openid-client. The provider is looked for at the first use, and again until it answers. */
export class RelyingParty {
  readonly #application: Application;
  readonly #issuer: URL;
  readonly #home: string;
  #discovered: Promise<client.Configuration> | undefined;
  #keys: ReturnType<typeof createRemoteJWKSet> | undefined;

  /** `baseUrl` is the address of this process without a trailing slash. */
  constructor(application: Application, issuer: URL, baseUrl: string) {
    this.#application = application;
    this.#issuer = issuer;
    this.#home = `${baseUrl}/${application.key}`;
  }

  /** Errors: `unavailable` while the provider does not answer. A failure is not remembered. */
  async #configuration(): Promise<client.Configuration> {
    const { clientId, clientSecret } = this.#application;
    this.#discovered ??= client.discovery(
      this.#issuer,
      clientId,
      undefined,
      client.ClientSecretBasic(clientSecret),
      // A trial on one machine has no TLS; openid-client wants that said.
      { timeout: 5, execute: this.#issuer.protocol === 'http:' ? [client.allowInsecureRequests] : [] },
    );
    try {
      return await this.#discovered;
    } catch (cause) {
      this.#discovered = undefined;
      throw new AppError('unavailable', `no discovery document from ${this.#issuer}`, {
        publicMessage: `The identity provider does not answer at ${this.#issuer}. Is it running? This page tries again when you reload it.`,
        retryAfterSeconds: 2,
        cause,
      });
    }
  }

  /** An authorization request with PKCE, state and nonce, and what its answer has to match. */
  async begin(wish: Wish): Promise<{ url: URL; begun: Begun }> {
    const configuration = await this.#configuration();
    const begun: Begun = {
      state: client.randomState(),
      nonce: client.randomNonce(),
      codeVerifier: client.randomPKCECodeVerifier(),
      ...(wish.maxAge === undefined ? {} : { maxAge: wish.maxAge }),
    };
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: `${this.#home}/callback`,
      scope: `openid profile email roles groups${wish.account ? ' account' : ''}`,
      state: begun.state,
      nonce: begun.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(begun.codeVerifier),
      code_challenge_method: 'S256',
      ...(wish.acrValues === undefined ? {} : { acr_values: wish.acrValues }),
      ...(wish.maxAge === undefined ? {} : { max_age: String(wish.maxAge) }),
    });
    return { url, begun };
  }

  /**
   * Redeems the code of a callback. State, `iss` (RFC 9207), PKCE, nonce, audience, times and auth_time are checked by
   * openid-client. Rejects with its errors, `AuthorizationResponseError` for a refusal such as access_denied.
   */
  async finish(callback: URL, begun: Begun): Promise<SignedIn> {
    const tokens = await client.authorizationCodeGrant(await this.#configuration(), callback, {
      expectedState: begun.state,
      expectedNonce: begun.nonce,
      pkceCodeVerifier: begun.codeVerifier,
      idTokenExpected: true,
      ...(begun.maxAge === undefined ? {} : { maxAge: begun.maxAge }),
    });
    const claims = tokens.claims();
    if (!claims || !tokens.id_token) throw new AppError('internal', 'a token response without ID token');
    return {
      claims,
      idToken: tokens.id_token,
      accessToken: tokens.access_token,
      scope: tokens.scope ?? '',
      ...(tokens.refresh_token === undefined ? {} : { refreshToken: tokens.refresh_token }),
    };
  }

  /** New tokens for old; the refresh token rotates. */
  async refresh(signedIn: SignedIn & { refreshToken: string }): Promise<SignedIn> {
    const tokens = await client.refreshTokenGrant(await this.#configuration(), signedIn.refreshToken);
    const claims = tokens.claims();
    if (claims && claims.sub !== signedIn.claims.sub) throw new AppError('internal', 'refreshed into another person');
    return {
      claims: claims ?? signedIn.claims,
      idToken: tokens.id_token ?? signedIn.idToken,
      accessToken: tokens.access_token,
      scope: tokens.scope ?? signedIn.scope,
      refreshToken: tokens.refresh_token ?? signedIn.refreshToken,
    };
  }

  async userInfo(signedIn: SignedIn): Promise<client.UserInfoResponse> {
    return client.fetchUserInfo(await this.#configuration(), signedIn.accessToken, signedIn.claims.sub);
  }

  /** Where the browser goes to end the provider's session too (OIDC RP-Initiated Logout §2). */
  async endSessionUrl(idToken: string): Promise<URL> {
    return client.buildEndSessionUrl(await this.#configuration(), {
      id_token_hint: idToken,
      post_logout_redirect_uri: this.#home,
    });
  }

  /** What a logout token ends, after the checks of OIDC Back-Channel Logout §2.6. Rejects a token that fails one. */
  async verifyLogoutToken(token: string): Promise<{ sid?: string; sub?: string }> {
    const { jwks_uri: jwksUri, issuer } = (await this.#configuration()).serverMetadata();
    if (jwksUri === undefined) throw new AppError('unavailable', 'the provider names no keys');
    this.#keys ??= createRemoteJWKSet(new URL(jwksUri));
    const { payload } = await jwtVerify(token, this.#keys, {
      issuer,
      audience: this.#application.clientId,
      typ: 'logout+jwt',
      algorithms: ['ES256', 'RS256', 'EdDSA'],
      requiredClaims: ['iat', 'exp', 'jti', 'events'],
    });
    const { events, sid, sub } = payload as { events: Record<string, unknown> | null; sid?: string; sub?: string };
    const isLogout = typeof events === 'object' && events !== null && logoutEvent in events;
    if (!isLogout || 'nonce' in payload || (sid === undefined && sub === undefined)) {
      throw new AppError('bad_request', 'no logout token');
    }
    return { ...(sid === undefined ? {} : { sid }), ...(sub === undefined ? {} : { sub }) };
  }
}
