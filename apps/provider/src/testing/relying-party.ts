import * as client from 'openid-client';
import { TestBrowser } from './browser.ts';
import type { TestProvider } from './provider.ts';
import { CALLBACK } from './storage.ts';

/** A relying party on openid-client, with a browser of its own unless given one. */
export class RelyingParty {
  readonly config: client.Configuration;
  readonly browser: TestBrowser;
  readonly provider: TestProvider;
  readonly redirectUri: string;

  private constructor(
    config: client.Configuration,
    provider: TestProvider,
    { browser = new TestBrowser(), redirectUri = CALLBACK }: { browser?: TestBrowser; redirectUri?: string },
  ) {
    this.config = config;
    this.provider = provider;
    this.browser = browser;
    this.redirectUri = redirectUri;
  }

  static async of(
    provider: TestProvider,
    realm: string,
    clientId: string,
    options: {
      secret?: string | undefined;
      browser?: TestBrowser;
      redirectUri?: string;
      idTokenAlg?: string;
    } = {},
  ): Promise<RelyingParty> {
    const { secret = 'secret' } = options;
    const metadata = { id_token_signed_response_alg: options.idTokenAlg ?? 'ES256' };
    const auth = 'secret' in options && options.secret === undefined ? client.None() : client.ClientSecretBasic(secret);
    const config = await client.discovery(new URL(`${provider.origin}/realms/${realm}`), clientId, metadata, auth, {
      execute: [client.allowInsecureRequests],
      // Of several processes behind one public URL it talks to this one.
      [client.customFetch]: (url, init) => fetch(url.replace(provider.origin, provider.listening), init as RequestInit),
    });
    const browser = new TestBrowser((url) => url.replace(provider.origin, provider.listening));
    return new RelyingParty(config, provider, { browser, ...options });
  }

  /** Goes through the authorization endpoint; returns where the browser stopped. */
  async authorize(parameters: Record<string, string> = {}) {
    const verifier = client.randomPKCECodeVerifier();
    const state = client.randomState();
    const url = client.buildAuthorizationUrl(this.config, {
      redirect_uri: this.redirectUri,
      scope: 'openid',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      ...parameters,
    });
    const stopped = await this.browser.open(url, this.provider.origin);
    return { ...stopped, verifier, state: parameters.state ?? state, nonce: parameters.nonce, authorizationUrl: url };
  }

  /** The whole code flow; fails when the browser does not come back with a code. */
  async signIn(parameters: Record<string, string> = {}) {
    const { url, verifier, state, nonce, response } = await this.authorize(parameters);
    if (!url.href.startsWith(this.redirectUri)) {
      throw new Error(`no redirect to the client, but ${response.status} at ${url.href}: ${await response.text()}`);
    }
    return client.authorizationCodeGrant(this.config, url, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      ...(nonce === undefined ? {} : { expectedNonce: nonce }),
      ...(parameters.max_age === undefined ? {} : { maxAge: Number(parameters.max_age) }),
    });
  }

  userinfo(accessToken: string, subject: string) {
    return client.fetchUserInfo(this.config, accessToken, subject);
  }

  /** A plain POST to a protocol endpoint with this client's credentials, for what openid-client would not send. */
  post(path: string, form: Record<string, string>, secret: string | undefined = 'secret'): Promise<Response> {
    const { issuer } = this.config.serverMetadata();
    const { client_id: clientId } = this.config.clientMetadata();
    const headers: Record<string, string> = { accept: 'application/json' };
    const body = new URLSearchParams(form);
    if (secret === undefined) body.set('client_id', clientId);
    else
      headers.authorization = `Basic ${Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`).toString('base64')}`;
    return fetch(`${issuer}/protocol/openid-connect/${path}`, { method: 'POST', headers, body });
  }
}
