import { createHash, randomBytes } from 'node:crypto';
import type { UserId } from '@sparekey/contracts';
import type { Context } from 'koa';
import { realmPath } from './page-view.ts';
import type { ServedRealm } from './realms/cache.ts';

/** What a secret in a browser is for: it names the cookie. */
export type SecretPurpose = 'device' | 'recovery';

export interface BrowserSecret {
  /** Value for the cookie. */
  secret: string;
  /** What the database keeps: SHA-256 is enough for 32 random bytes. */
  hash: Buffer;
}

const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** A new secret. It is never taken from the browser: a planted cookie must not become anybody's proof. */
export function newBrowserSecret(): BrowserSecret {
  const secret = randomBytes(32).toString('base64url');
  return { secret, hash: hashOf(secret) };
}

interface Place {
  ctx: Context;
  realm: ServedRealm;
  userId: UserId;
  purpose: SecretPurpose;
}

/**
 * One cookie for each person and purpose, on the pages of the realm only: people who share a browser do not share a
 * secret. `__Secure-` keeps plain http from setting it (RFC 6265bis §4.1.3.1); on http://localhost there is no prefix.
 */
function cookieName({ realm, userId, purpose }: Place): string {
  const person = createHash('sha256').update(`${realm.realm.id}\0${userId}`).digest('hex').slice(0, 16);
  return `${isHttps(realm) ? '__Secure-' : ''}sparekey_${purpose}_${person}`;
}

const isHttps = (realm: ServedRealm): boolean => realm.issuer.startsWith('https:');

/** The id and the hashed secret that the browser holds; undefined when it holds none, or something else. */
export function readBrowserSecret(place: Place): { id: string; hash: Buffer } | undefined {
  const value = place.ctx.cookies.get(cookieName(place));
  const [, id, secret] = /^([0-9a-f-]{36})\.([A-Za-z0-9_-]{43})$/.exec(value ?? '') ?? [];
  return id === undefined || secret === undefined ? undefined : { id, hash: hashOf(secret) };
}

export function writeBrowserSecret(place: Place, id: string, { secret }: BrowserSecret, days: number): void {
  const { ctx, realm } = place;
  const attributes = [`Path=${realmPath(realm)}/`, `Max-Age=${days * 86_400}`, 'HttpOnly', 'SameSite=Lax'];
  if (isHttps(realm)) attributes.push('Secure');
  ctx.append('Set-Cookie', [`${cookieName(place)}=${id}.${secret}`, ...attributes].join('; '));
}
