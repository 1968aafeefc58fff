import { AppError } from '@sparekey/contracts';
import { requestOf } from '@sparekey/http';
import type { Context } from 'koa';
import type { ServedRealm } from '../realms/cache.ts';
import { type RouteGroup, routeGroup } from '../route-group.ts';
import type { Services } from '../services.ts';
import { forgotPassword } from './forgot.ts';
import { mailLinkPaths } from './paths.ts';
import { resetPassword } from './reset-password.ts';
import { verifyEmail } from './verification.ts';

interface Page {
  path: RegExp;
  /** For logs and metrics, which must not hold a token. */
  route: string;
  answer(services: Services, ctx: Context, realm: ServedRealm, part: string): Promise<void>;
}

const all: readonly Page[] = [
  { path: mailLinkPaths.forgot, route: '/realms/:realm/sign-in/:uid/forgot', answer: forgotPassword },
  { path: mailLinkPaths.resetPassword, route: '/realms/:realm/reset-password/:token', answer: resetPassword },
  { path: mailLinkPaths.verifyEmail, route: '/realms/:realm/verify-email/:token', answer: verifyEmail },
];

/** Asking for a link by mail, and what the links lead to. */
export function mailLinkRoutes(services: Services): RouteGroup {
  const routes = all.map(({ route }) => route);
  return routeGroup(routes, async (ctx, next) => {
    for (const { path, route, answer } of all) {
      const match = path.exec(ctx.path);
      if (match === null) continue;
      const [, name = '', part = ''] = match;
      requestOf(ctx).route = route;
      const realm = await services.realms.get(name);
      if (realm === undefined) throw new AppError('not_found', `no realm ${name}`);
      if (ctx.method !== 'GET' && ctx.method !== 'HEAD' && ctx.method !== 'POST') {
        ctx.set('Allow', 'GET, HEAD, POST');
        throw new AppError('method_not_allowed', `${ctx.method} on ${route}`);
      }
      return answer(services, ctx, realm, part);
    }
    return next();
  });
}
