import type { Middleware } from 'koa';
import { requestOf } from './request-context.ts';

/**
 * Makes the configured public URL the only one there is: Host and the forwarded headers are overwritten with it before
 * anything downstream reads them, so that no link, redirect or issuer can be built from what a client sent
 * (CVE-2025-64101 and two more of its kind in the same product). Whatever sits below may then trust its proxy headers:
 * set `proxy = true` on a mounted oidc-provider, and https, host and client address come out right.
 */
export function pinPublicUrl(publicUrl: URL): Middleware {
  return (ctx, next) => {
    const { headers } = ctx.req;
    headers.host = publicUrl.host;
    headers['x-forwarded-host'] = publicUrl.host;
    headers['x-forwarded-proto'] = publicUrl.protocol.replace(':', '');
    headers['x-forwarded-for'] = requestOf(ctx).origin.ip;
    delete headers.forwarded;
    delete headers['x-forwarded-port'];
    delete headers['x-forwarded-prefix'];
    return next();
  };
}
