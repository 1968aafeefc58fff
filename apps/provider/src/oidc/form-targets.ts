import { formTarget } from '@sparekey/http';
import type { Middleware } from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** The registered address that the response's form leads to, directly (response_mode=form_post) or in the end. */
function destination({ oidc }: KoaContextWithOIDC): string | undefined {
  if (oidc.route === 'end_session') return text(oidc.params?.post_logout_redirect_uri);
  const redirectUri = text(oidc.params?.redirect_uri);
  return redirectUri !== undefined && oidc.client?.redirectUriAllowed(redirectUri) === true ? redirectUri : undefined;
}

/**
 * Lets the forms that the engine itself writes reach the client: browsers hold form-action against every hop after a
 * post. Only an address that is registered gets into the header.
 */
export function widenFormTargets(): Middleware {
  return async (ctx, next) => {
    await next();
    if (ctx.response.is('html') !== 'html' || !('oidc' in ctx)) return;
    const uri = destination(ctx as unknown as KoaContextWithOIDC);
    const target = uri === undefined ? undefined : formTarget(uri);
    const policy = ctx.response.get('content-security-policy');
    if (target === undefined || policy === '') return;
    ctx.set('Content-Security-Policy', policy.replace(/form-action 'self'/, `form-action 'self' ${target}`));
  };
}
