import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { AppError } from '@sparekey/contracts';

/**
 * The token of a form: an HMAC of what the browser is bound by (the uid of its interaction or session cookie), so that
 * it needs no storage and holds as long as the binding does. `key` has 32 bytes and serves this purpose only; what a
 * token is good for goes into `binding` (`account:<session uid>`).
 */
export function csrfToken(key: Uint8Array, binding: string): string {
  return createHmac('sha256', key).update('sparekey csrf v1\0').update(binding).digest('base64url');
}

/**
 * Refuses a state-changing request that does not come from our own page. Errors: `csrf_failed`.
 * The browser's own word is heard first (Sec-Fetch-Site, then Origin, against the configured public URL); the token
 * decides where a browser is silent, and is required always. Compared in constant time.
 */
export function verifyCsrf(
  ctx: { req: IncomingMessage },
  expected: { key: Uint8Array; binding: string; publicUrl: URL },
  token: string,
): void {
  const { 'sec-fetch-site': site, origin } = ctx.req.headers;
  if (site !== undefined && site !== 'same-origin') throw new AppError('csrf_failed', 'posted from another site');
  if (origin !== undefined && origin !== expected.publicUrl.origin) {
    throw new AppError('csrf_failed', 'posted from another origin');
  }
  const wanted = Buffer.from(csrfToken(expected.key, expected.binding));
  const given = Buffer.from(token);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
    throw new AppError('csrf_failed', 'wrong form token');
  }
}
