import { guardedRequest, OutboundError } from '@sparekey/http';
import type { ScimProfile, ScimSettings } from '@sparekey/provisioning';

type Remote = ScimSettings['target'] | ScimSettings['source'];

/** Seconds before the end of a token at which it is not used any more. */
const EARLY_SECONDS = 30;
/** For a token whose answer tells no time (RFC 6749 §5.1 only recommends to). */
const USUAL_SECONDS = 300;

export interface Credentials {
  /** The Authorization header. Errors: OutboundError. */
  header(): Promise<string>;
  /** After a 401: false when another try with the same credentials would be the same. */
  renew(): boolean;
  /** Everything that must not be seen in a message. */
  secrets(): string[];
}

/** How a connection proves itself. Tokens of client credentials (RFC 6749 §4.4) are kept in memory while they last. */
export function credentialsFor(
  { authentication, timeoutSeconds, baseUrl }: Remote,
  secret: string,
  { profile, allow, signal }: { profile: ScimProfile; allow: readonly string[]; signal: AbortSignal },
): Credentials {
  if (authentication.method === 'bearer') {
    return { header: async () => `Bearer ${secret}`, renew: () => false, secrets: () => [secret] };
  }
  if (authentication.method === 'basic') {
    const encoded = Buffer.from(`${authentication.username}:${secret}`, 'utf8').toString('base64');
    return { header: async () => `Basic ${encoded}`, renew: () => false, secrets: () => [secret, encoded] };
  }
  const { tokenUrl, clientId, scope } = authentication;
  // Keycloak takes only tokens that are meant for its SCIM base URL.
  const audience = authentication.audience ?? (profile === 'keycloak' ? baseUrl.replace(/\/+$/, '') : undefined);
  let token: { value: string; until: number } | undefined;
  let fetching: Promise<string> | undefined;

  async function fetchToken(): Promise<string> {
    // RFC 6749 §2.3.1: both are form-encoded before they are joined.
    const client = `${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`;
    const form = { grant_type: 'client_credentials', ...(scope && { scope }), ...(audience && { audience }) };
    const { status, body } = await guardedRequest(tokenUrl, {
      method: 'POST',
      headers: {
        Accept: 'application/json',
        Authorization: `Basic ${Buffer.from(client).toString('base64')}`,
        'Content-Type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams(form).toString(),
      timeoutMs: timeoutSeconds * 1000,
      maxBytes: 64 * 1024,
      allow,
      signal,
    });
    if (status >= 500 || status === 429) throw new OutboundError('network', `the token endpoint answered ${status}`);
    const answer = status === 200 ? tokenOf(body.toString('utf8')) : undefined;
    if (answer === undefined) throw new OutboundError('url', `the token endpoint answered ${status}, without a token`);
    token = { value: answer.token, until: Date.now() + (answer.seconds - EARLY_SECONDS) * 1000 };
    return answer.token;
  }

  return {
    async header() {
      if (token !== undefined && token.until > Date.now()) return `Bearer ${token.value}`;
      fetching ??= fetchToken().finally(() => {
        fetching = undefined;
      });
      return `Bearer ${await fetching}`;
    },
    renew() {
      token = undefined;
      return true;
    },
    secrets: () => [secret, ...(token ? [token.value] : [])],
  };
}

function tokenOf(text: string): { token: string; seconds: number } | undefined {
  try {
    const { access_token: token, expires_in: seconds } = JSON.parse(text);
    if (typeof token !== 'string' || !/^[\x21-\x7e]{1,16384}$/.test(token)) return undefined;
    return { token, seconds: typeof seconds === 'number' && seconds > 0 ? seconds : USUAL_SECONDS };
  } catch {
    return undefined;
  }
}
