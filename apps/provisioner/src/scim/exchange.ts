import { type GuardedResponse, guardedRequest, OutboundError } from '@sparekey/http';
import type { Answer, ScimProfile, ScimRequest, ScimSettings } from '@sparekey/provisioning';
import { type Credentials, credentialsFor } from './credentials.ts';

export interface ExchangeOptions {
  profile: ScimProfile;
  settings: ScimSettings['target'] | ScimSettings['source'];
  secret: string | undefined;
  /** SPAREKEY_OUTBOUND_ALLOW */
  allow: readonly string[];
  signal: AbortSignal;
}

/** The URL of a resource; what stands behind a ? in the base URL stays there, as Entra's tenant URLs need it. */
export function scimUrl(baseUrl: string, { path, query = {} }: Pick<ScimRequest, 'path' | 'query'>): URL {
  const url = new URL(baseUrl);
  url.pathname = url.pathname.replace(/\/+$/, '') + path;
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

/**
 * Requests to the other side through the guard of outbound requests: time and size are bounded, no redirect is followed,
 * nothing inside our own network is reached. Never throws for what the other side does. A token that is refused is
 * fetched anew once. What is secret stands in no answer, even if the other side repeats it.
 */
export function scimExchange({
  profile,
  settings,
  secret,
  allow,
  signal,
}: ExchangeOptions): (request: ScimRequest) => Promise<Answer> {
  if (secret === undefined) return async () => ({ failed: 'url', why: 'its secret is missing' });
  const credentials = credentialsFor(settings, secret, { profile, allow, signal });
  const once = async (request: ScimRequest): Promise<GuardedResponse> =>
    guardedRequest(scimUrl(settings.baseUrl, request), {
      method: request.method,
      headers: {
        Accept: 'application/scim+json, application/json;q=0.9',
        Authorization: await credentials.header(),
        // AWS IAM Identity Center refuses a PATCH without one.
        'User-Agent': 'Sparekey',
        ...(request.body === undefined ? {} : { 'Content-Type': 'application/scim+json' }),
        ...(request.etag === undefined ? {} : { 'If-Match': request.etag }),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      timeoutMs: settings.timeoutSeconds * 1000,
      maxBytes: settings.maxAnswerKib * 1024,
      allow,
      signal,
    });
  return async (request) => {
    try {
      let response = await once(request);
      if (response.status === 401 && credentials.renew()) response = await once(request);
      const { status, headers, body } = response;
      return { status, headers, text: withoutSecrets(body.toString('utf8'), credentials) };
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      return { failed: error.reason, why: withoutSecrets(error.message, credentials) };
    }
  };
}

function withoutSecrets(text: string, credentials: Credentials): string {
  return credentials.secrets().reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}
