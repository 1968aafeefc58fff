import { AppError } from '@sparekey/contracts';
import { requestOf } from '@sparekey/http';
import type { Context } from 'koa';
import { pageView } from '../page-view.ts';
import * as pages from '../pages/index.ts';
import type { ServedRealm } from '../realms/cache.ts';
import { type RouteGroup, routeGroup } from '../route-group.ts';
import type { Services } from '../services.ts';
import { notMe } from './not-me.ts';

const NOT_ME_ROUTE = '/realms/:realm/not-me/:token';
const DEMO_OUTBOX_ROUTE = '/realms/:realm/demo-outbox';
const NOT_ME = /^\/realms\/([^/]+)\/not-me\/([A-Za-z0-9_-]{1,64})$/;
const DEMO_OUTBOX = /^\/realms\/([^/]+)\/demo-outbox$/;

/** Messages shown on one page. */
const SHOWN = 50;

/** What mails lead to, and, in a demo without a mail server, the mails themselves. */
export function messageRoutes(services: Services): RouteGroup {
  async function realmOf(name = ''): Promise<ServedRealm> {
    const realm = await services.realms.get(name);
    if (realm === undefined) throw new AppError('not_found', `no realm ${name}`);
    return realm;
  }
  return routeGroup([NOT_ME_ROUTE, DEMO_OUTBOX_ROUTE], async (ctx, next) => {
    const link = NOT_ME.exec(ctx.path);
    if (link !== null) {
      requestOf(ctx).route = NOT_ME_ROUTE;
      allow(ctx, ['GET', 'HEAD', 'POST']);
      return notMe(services, ctx, await realmOf(link[1]), link[2] ?? '');
    }
    const outbox = DEMO_OUTBOX.exec(ctx.path);
    if (outbox === null || !services.messaging.demoOutbox) return next();
    requestOf(ctx).route = DEMO_OUTBOX_ROUTE;
    allow(ctx, ['GET', 'HEAD']);
    const realm = await realmOf(outbox[1]);
    const messages = await services.storage.demoOutbox.list(realm.realm.id, SHOWN);
    ctx.type = 'html';
    ctx.body = pages.demoOutbox({ messages }, pageView(ctx, realm)).toString();
    return undefined;
  });
}

function allow(ctx: Context, methods: readonly string[]): void {
  if (methods.includes(ctx.method)) return;
  ctx.set('Allow', methods.join(', '));
  throw new AppError('method_not_allowed', `${ctx.method} on a message page`);
}
