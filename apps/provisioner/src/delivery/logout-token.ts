import { AppError } from '@sparekey/contracts';
import type { Client, SigningKey } from '@sparekey/realms';
import { importJWK, SignJWT } from 'jose';

/** Of a token that is sent at once: enough for clocks that disagree a little. */
const LIFE_SECONDS = 120;

export interface EndedSession {
  /** The person, as `sub` of the client's ID tokens. */
  sub: string;
  /** The session, as `sid` of the client's ID tokens. */
  sid: string | undefined;
}

/**
 * A logout token (OIDC Back-Channel Logout 1.0 §2.4): typed, with a fresh `jti`, and never a nonce, so that it can be
 * taken for no ID token. Signed with the realm's active key of the algorithm that the client has its ID tokens in.
 * Errors: `unavailable` when the realm has no such key.
 */
export async function logoutToken(
  { issuer, client, session }: { issuer: string; client: Client; session: EndedSession },
  keys: readonly SigningKey[],
  now: Date,
): Promise<string> {
  const key = keys.find(({ alg, state }) => alg === client.idTokenAlg && state === 'active');
  if (key === undefined) throw new AppError('unavailable', `no active ${client.idTokenAlg} key signs the logout token`);
  const issuedAt = Math.floor(now.getTime() / 1000);
  return new SignJWT({
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    ...(client.backchannelLogoutSessionRequired && session.sid !== undefined ? { sid: session.sid } : {}),
  })
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'logout+jwt' })
    .setIssuer(issuer)
    .setSubject(session.sub)
    .setAudience(client.clientId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + LIFE_SECONDS)
    .setJti(crypto.randomUUID())
    .sign(await importJWK(key.privateJwk, key.alg));
}
