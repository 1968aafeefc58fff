import type { Context, Middleware } from 'koa';

function contentSecurityPolicy(formTargets: readonly string[]): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    ["form-action 'self'", ...formTargets].join(' '),
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
}

/**
 * The source expression that lets a form lead to `redirectUri`. A custom scheme (native apps, RFC 8252 §7.1) and an IPv6
 * literal have no host form in CSP, so their scheme stands alone. Undefined for what is no URL, and for a host with a
 * character that would end the directive.
 */
export function formTarget(redirectUri: string): string | undefined {
  const url = URL.parse(redirectUri);
  if (url === null || ['javascript:', 'data:', 'blob:'].includes(url.protocol)) return undefined;
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return url.protocol;
  if (url.hostname.startsWith('[')) return url.protocol;
  return /^[a-z0-9._-]+(?::\d+)?$/.test(url.host) ? url.origin : undefined;
}

/**
 * Lets the forms of this one response lead, through redirects, to these redirect URIs. Needed wherever a form post can
 * end at a relying party: Chromium applies form-action to every hop after the post, and blocks the last one otherwise.
 */
export function allowFormTargets(ctx: Pick<Context, 'set'>, redirectUris: readonly string[]): void {
  const targets = redirectUris.map(formTarget).filter((target) => target !== undefined);
  ctx.set('Content-Security-Policy', contentSecurityPolicy([...new Set(targets)]));
}

/**
 * Headers of every response; a handler may set its own over them (a cacheable document its Cache-Control).
 * Referrer-Policy is `same-origin`, not `no-referrer`: with the latter browsers send `Origin: null` with our own forms,
 * and the CSRF check could not tell them from foreign ones.
 */
export function securityHeaders(options: { https: boolean }): Middleware {
  const headers = {
    'Content-Security-Policy': contentSecurityPolicy([]),
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    // For browsers older than frame-ancestors.
    'X-Frame-Options': 'DENY',
    ...(options.https ? { 'Strict-Transport-Security': 'max-age=31536000' } : {}),
  };
  return (ctx, next) => {
    ctx.set(headers);
    return next();
  };
}
