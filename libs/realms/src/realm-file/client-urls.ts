import type { ClientFile } from '@sparekey/contracts';
import type { Findings } from './findings.ts';
import { below } from './path.ts';

/** Schemes a browser would run or read instead of leaving for an application. */
const refusedSchemes = new Set(['javascript:', 'data:', 'vbscript:', 'blob:', 'file:', 'about:', 'view-source:']);

/** Why a redirect URI cannot be taken over, or undefined. They are compared exactly (RFC 9700 §2.1), so no pattern. */
function refusal(uri: string): string | undefined {
  if (uri.includes('*')) return 'redirect URIs match exactly: list each address instead of a wildcard';
  if (!URL.canParse(uri)) return 'not an absolute URI';
  const url = new URL(uri);
  if (refusedSchemes.has(url.protocol)) return `the scheme ${url.protocol} cannot be redirected to`;
  if (uri.includes('#')) return 'a redirect URI has no fragment (RFC 6749 §3.1.2)';
  if (url.username !== '' || url.password !== '') return 'a redirect URI carries no credentials';
  return undefined;
}

/** Keycloak resolves relative addresses against the root URL; variables such as ${authBaseUrl} have no meaning here. */
const root = (client: ClientFile): string | undefined =>
  client.rootUrl && !client.rootUrl.includes('${') ? client.rootUrl.replace(/\/+$/, '') : undefined;

const resolved = (client: ClientFile, uri: string): string => (uri.startsWith('/') ? (root(client) ?? '') + uri : uri);

/** Those that match exactly; the others are reported. */
export function redirectUris(client: ClientFile, uris: readonly [string, string][], findings: Findings): string[] {
  const accepted = new Set<string>();
  for (const [path, uri] of uris) {
    const absolute = resolved(client, uri);
    const why = refusal(absolute);
    if (why === undefined) accepted.add(absolute);
    else findings.unsupported.push({ path, why });
  }
  return [...accepted];
}

/** `##` separates, `+` stands for the redirect URIs, `-` for none. */
export function postLogoutRedirectUris(
  client: ClientFile,
  redirects: readonly string[],
  path: string,
  findings: Findings,
): string[] {
  const name = 'post.logout.redirect.uris';
  const given = client.attributes?.[name]?.split('##').map((uri) => uri.trim()) ?? [];
  const where = below(path, 'attributes', name);
  const own = given
    .filter((uri) => uri !== '' && uri !== '+' && uri !== '-')
    .map((uri): [string, string] => [where, uri]);
  return [...new Set([...(given.includes('+') ? redirects : []), ...redirectUris(client, own, findings)])];
}

/** Origins for CORS; `+` stands for those of the redirect URIs. */
export function webOrigins(
  client: ClientFile,
  redirects: readonly string[],
  path: string,
  findings: Findings,
): string[] {
  const accepted = new Set<string>();
  for (const [index, origin] of (client.webOrigins ?? []).entries()) {
    if (origin === '+') {
      for (const uri of redirects) if (/^https?:/.test(uri)) accepted.add(new URL(uri).origin);
    } else if (origin === '*') {
      findings.unsupported.push({
        path: below(path, 'webOrigins', index),
        why: 'list each origin instead of a wildcard',
      });
    } else if (
      /^https?:\/\//.test(origin) &&
      URL.canParse(origin) &&
      new URL(origin).origin === origin.replace(/\/$/, '')
    ) {
      accepted.add(new URL(origin).origin);
    } else if (origin !== '') {
      findings.unsupported.push({
        path: below(path, 'webOrigins', index),
        why: 'not an origin, as https://app.example',
      });
    }
  }
  return [...accepted];
}

/** The address people are sent to for this application; absolute. */
export function baseUrl(client: ClientFile, path: string, findings: Findings): string | undefined {
  const given = client.baseUrl || client.rootUrl;
  if (!given) return undefined;
  const absolute = resolved(client, given);
  if (/^https?:\/\//.test(absolute) && URL.canParse(absolute)) return absolute;
  findings.unsupported.push({
    path: below(path, client.baseUrl ? 'baseUrl' : 'rootUrl'),
    why: 'not an absolute http or https URL',
  });
  return undefined;
}

/** Where sign-outs are told (OpenID Connect Back-Channel Logout 1.0). */
export function backchannelLogoutUrl(client: ClientFile, path: string, findings: Findings): string | undefined {
  const name = 'backchannel.logout.url';
  const given = client.attributes?.[name];
  if (!given) return undefined;
  const absolute = resolved(client, given);
  if (/^https?:\/\//.test(absolute) && URL.canParse(absolute) && !absolute.includes('#')) return absolute;
  findings.unsupported.push({ path: below(path, 'attributes', name), why: 'not an absolute http or https URL' });
  return undefined;
}
