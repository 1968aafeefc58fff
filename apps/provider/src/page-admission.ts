import { type Admission, bodyArrived } from '@sparekey/http';
import type { Middleware } from 'koa';

/** What applications and directories call: a flood of sign-ins must not stop it, so it never stands in line with one. */
const forMachines =
  /^\/realms\/[^/]+\/(?:\.well-known\/|protocol\/openid-connect\/(?:token|userinfo|certs|revoke|ext)(?:\/|$)|account\/api\/|scim\/)/;
const ofRealm = /^\/realms\/[^/]+\//;

/**
 * Pages, forms and the authorization endpoint of every realm pass one door, before anything is read for them. A form is
 * in line only once it is here: otherwise a few that are sent slowly would hold every place and keep everybody out. Errors:
 * `overloaded`.
 */
export function pageAdmission(admission: Admission): Middleware {
  return async (ctx, next) => {
    if (!ofRealm.test(ctx.path) || forMachines.test(ctx.path)) return next();
    await bodyArrived(ctx.req);
    return admission.run(async () => {
      // Whoever hung up while waiting in line gets no page made.
      if (!ctx.res.destroyed) await next();
    });
  };
}
