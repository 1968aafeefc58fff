import { AppError } from '@sparekey/contracts';
import { requestOf } from '@sparekey/http';
import { type RouteGroup, routeGroup } from '../route-group.ts';
import type { Services } from '../services.ts';
import { postSignIn, showSignIn } from './driver.ts';

const ROUTE = '/realms/:realm/sign-in/:uid';
const path = /^\/realms\/([^/]+)\/sign-in\/([A-Za-z0-9_-]{1,64})$/;

/** GET and POST of `/realms/{realm}/sign-in/{uid}`. */
export function signInRoutes(services: Services): RouteGroup {
  return routeGroup([ROUTE], async (ctx, next) => {
    const match = path.exec(ctx.path);
    if (match === null) return next();
    const [, name = '', uid = ''] = match;
    requestOf(ctx).route = ROUTE;
    const realm = await services.realms.get(name);
    if (realm === undefined) throw new AppError('not_found', `no realm ${name}`);
    if (ctx.method === 'POST') return postSignIn(services, ctx, realm, uid);
    if (ctx.method === 'GET' || ctx.method === 'HEAD') return showSignIn(services, ctx, realm, uid);
    ctx.set('Allow', 'GET, HEAD, POST');
    throw new AppError('method_not_allowed', `${ctx.method} on a sign-in`);
  });
}
