import type { ClientFile, RealmFile } from '@sparekey/contracts';
import type { Client, SigningAlg } from '../model.ts';
import { scopesFromFile } from './client-scopes.ts';
import { backchannelLogoutUrl, baseUrl, postLogoutRedirectUris, redirectUris, webOrigins } from './client-urls.ts';
import type { Findings } from './findings.ts';
import { keptId } from './names.ts';
import { at, below } from './path.ts';
import type { PlannedClient } from './plan.ts';

/** Attributes that have a place of their own in our model. */
const mapped = {
  postLogout: 'post.logout.redirect.uris',
  backchannelUrl: 'backchannel.logout.url',
  backchannelSession: 'backchannel.logout.session.required',
  idTokenAlg: 'id.token.signed.response.alg',
} as const;

/** Attributes by which Keycloak changes how a client is treated; kept, but nothing here acts on them. */
const keycloakSetting =
  /^(acr|access\.token|backchannel|ciba|client_credentials|client\.(offline|session|use)|default\.acr|dpop|exclude\.|id\.token|jwks|jwt|logout|minimum\.acr|oauth2|oidc|pkce|post\.logout|request\.(object|uris)|require\.pushed|saml|standard\.token|tls|token\.|use\.|user\.info|x509)/;
const inert = new Set(['', 'false', 'S256', '{}', 'poll']);

const algs: readonly string[] = ['ES256', 'RS256', 'EdDSA'] satisfies SigningAlg[];
const isAlg = (alg: string | undefined): alg is SigningAlg => alg !== undefined && algs.includes(alg);

/** The client with its own algorithm, the one that the file names for the realm, or ES256. */
function idTokenAlg(file: RealmFile, client: ClientFile, path: string, findings: Findings): SigningAlg {
  const given = client.attributes?.[mapped.idTokenAlg];
  const fallback = isAlg(file.defaultSignatureAlgorithm) ? file.defaultSignatureAlgorithm : 'ES256';
  if (isAlg(given)) return given;
  if (given) {
    findings.unsupported.push({
      path: below(path, 'attributes', mapped.idTokenAlg),
      why: `ID tokens are signed with ${algs.join(', ')}; ${fallback} is used`,
    });
  }
  return fallback;
}

function keptAttributes(client: ClientFile, path: string, findings: Findings): Record<string, string> {
  const names = new Set<string>(Object.values(mapped));
  const kept = Object.entries(client.attributes ?? {}).filter(([name]) => !names.has(name));
  for (const [name, value] of kept) {
    if (keycloakSetting.test(name) && !inert.has(value)) {
      findings.unsupported.push({ path: below(path, 'attributes', name), why: 'kept, but it has no effect here' });
    }
  }
  return Object.fromEntries(kept);
}

/** The secret; undefined when there is none, or the admin console masked it in a partial export. */
function secret(client: ClientFile, path: string, findings: Findings): string | undefined {
  if (client.publicClient) return undefined;
  if (client.secret === undefined || !/^\*+$/.test(client.secret)) return client.secret;
  findings.unsupported.push({ path: below(path, 'secret'), why: 'masked in the file' });
  return undefined;
}

export function clientFromFile(file: RealmFile, index: number, client: ClientFile, findings: Findings): PlannedClient {
  const path = at('clients', index);
  const speaksOidc = client.protocol === undefined || client.protocol === 'openid-connect';
  if (!speaksOidc) {
    findings.unsupported.push({
      path: below(path, 'protocol'),
      why: `${client.protocol} is not spoken here: the client is kept for its roles, disabled`,
    });
  }
  const usable = speaksOidc && !client.bearerOnly;
  const redirects = redirectUris(
    client,
    (client.redirectUris ?? []).map((uri, place) => [below(path, 'redirectUris', place), uri]),
    findings,
  );
  return {
    path,
    id: keptId(client.id),
    clientId: client.clientId,
    name: client.name,
    description: client.description,
    enabled: speaksOidc && (client.enabled ?? true),
    publicClient: client.publicClient ?? false,
    secret: secret(client, path, findings),
    redirectUris: redirects,
    postLogoutRedirectUris: postLogoutRedirectUris(client, redirects, path, findings),
    webOrigins: webOrigins(client, redirects, path, findings),
    standardFlow: usable && (client.standardFlowEnabled ?? true),
    serviceAccount: usable && (client.serviceAccountsEnabled ?? false),
    consentRequired: client.consentRequired ?? false,
    baseUrl: baseUrl(client, path, findings),
    backchannelLogoutUrl: backchannelLogoutUrl(client, path, findings),
    backchannelLogoutSessionRequired: client.attributes?.[mapped.backchannelSession] === 'true',
    idTokenAlg: idTokenAlg(file, client, path, findings),
    scopes: scopesFromFile(file, client, path, findings),
    attributes: keptAttributes(client, path, findings),
  };
}

export function clientToFile(client: Client): ClientFile {
  return {
    id: client.id,
    clientId: client.clientId,
    name: client.name,
    description: client.description,
    enabled: client.enabled,
    publicClient: client.publicClient,
    secret: client.secret,
    baseUrl: client.baseUrl,
    redirectUris: client.redirectUris,
    webOrigins: client.webOrigins,
    standardFlowEnabled: client.standardFlow,
    serviceAccountsEnabled: client.serviceAccount,
    consentRequired: client.consentRequired,
    attributes: {
      ...client.attributes,
      ...(client.postLogoutRedirectUris.length > 0
        ? { [mapped.postLogout]: client.postLogoutRedirectUris.join('##') }
        : {}),
      ...(client.backchannelLogoutUrl ? { [mapped.backchannelUrl]: client.backchannelLogoutUrl } : {}),
      [mapped.backchannelSession]: String(client.backchannelLogoutSessionRequired),
      [mapped.idTokenAlg]: client.idTokenAlg,
    },
    defaultClientScopes: [],
    optionalClientScopes: client.scopes,
  };
}
