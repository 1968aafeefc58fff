import type { Client } from '@sparekey/realms';
import { isPrivateUseScheme, redirectUriProblem, webUrlProblem } from '@sparekey/realms';
import type { ClientMetadata } from 'oidc-provider';

/** Set by an administrator to have a client treated as an installed app although it has no private-use scheme. */
const APPLICATION_TYPE = 'application_type';

function grantTypes(client: Client): string[] {
  return [
    ...(client.standardFlow ? ['authorization_code', 'refresh_token'] : []),
    ...(client.serviceAccount && !client.publicClient ? ['client_credentials'] : []),
  ];
}

const usableRedirects = (uris: readonly string[]) => uris.filter((uri) => redirectUriProblem(uri) === undefined);

/** `+` stands for the redirect URIs, as in Keycloak. */
function postLogoutRedirects(client: Client): string[] {
  const uris = client.postLogoutRedirectUris.flatMap((uri) => (uri === '+' ? client.redirectUris : [uri]));
  return usableRedirects(uris);
}

/**
 * Our client in the words of OpenID Connect Registration. URLs that may not be stored are left out here too, so that a
 * row written by other means opens nothing. An installed app (private-use scheme, or the attribute `application_type` =
 * `native`) may vary the port of a registered http loopback address (RFC 8252 §7.3); everyone else matches exactly.
 */
export function toClientMetadata(client: Client): ClientMetadata & { web_origins: string[] } {
  const redirectUris = usableRedirects(client.redirectUris);
  const native = client.attributes[APPLICATION_TYPE] === 'native' || redirectUris.some(isPrivateUseScheme);
  // Without an address to return to the flow cannot end; the engine refuses such metadata as a whole.
  const codeFlow = client.standardFlow && redirectUris.length > 0;
  const logoutUrl = client.backchannelLogoutUrl;
  return {
    client_id: client.clientId,
    client_name: client.name,
    client_uri:
      client.baseUrl !== undefined && webUrlProblem(client.baseUrl) === undefined ? client.baseUrl : undefined,
    client_secret: client.publicClient ? undefined : client.secret,
    token_endpoint_auth_method: client.publicClient ? 'none' : 'client_secret_basic',
    application_type: native ? 'native' : 'web',
    redirect_uris: redirectUris,
    post_logout_redirect_uris: postLogoutRedirects(client),
    grant_types: grantTypes({ ...client, standardFlow: codeFlow }),
    response_types: codeFlow ? ['code'] : [],
    id_token_signed_response_alg: client.idTokenAlg,
    web_origins: client.webOrigins,
    scope: ['openid', 'offline_access', ...client.scopes].join(' '),
    ...(logoutUrl !== undefined && webUrlProblem(logoutUrl) === undefined
      ? {
          backchannel_logout_uri: logoutUrl,
          backchannel_logout_session_required: client.backchannelLogoutSessionRequired,
        }
      : {}),
  };
}

/**
 * Whether a browser page of `origin` may call the endpoints with this client. `*` is everyone, `+` the origins of the
 * redirect URIs, as in Keycloak; no credentials are allowed either way.
 */
export function originAllowed(
  webOrigins: readonly unknown[],
  redirectUris: readonly string[],
  origin: string,
): boolean {
  return webOrigins.some((allowed) => {
    if (allowed === '*') return true;
    if (allowed === '+') return redirectUris.some((uri) => URL.parse(uri)?.origin === origin);
    return allowed === origin;
  });
}
