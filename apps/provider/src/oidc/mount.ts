import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { AppError } from '@sparekey/contracts';
import { requestOf } from '@sparekey/http';
import type { RealmCache } from '../realms/cache.ts';
import { type RouteGroup, routeGroup } from '../route-group.ts';
import { sendDocument } from './documents.ts';
import type { Engines } from './engines.ts';

const PROTOCOL_PATH = /^\/realms\/([^/]+)(\/(?:protocol\/openid-connect|\.well-known)\/.*)$/;

/** Endpoint for logs and metrics: the path without what varies by request. */
const routeOf = (path: string): string => `/realms/:realm${path.replace(/(\/auth)\/[^/]+$/, '$1/:uid')}`;

const PROTOCOL = '/protocol/openid-connect';

/** Endpoints that exist; anything else is an address nobody answers and gets the same 404 as everywhere. */
const endpoints = [
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
  ...['auth', 'auth/:uid', 'token', 'userinfo', 'certs', 'logout', 'logout/confirm', 'logout/success', 'revoke'].map(
    (name) => `${PROTOCOL}/${name}`,
  ),
  `${PROTOCOL}/token/introspect`,
  `${PROTOCOL}/ext/par/request`,
];

const ENDPOINTS = new RegExp(
  `^(?:${endpoints.map((path) => path.replaceAll('.', '\\.').replace(':uid', '[^/]+')).join('|')})$`,
);

/**
 * Hands the protocol endpoints of every realm to its engine. Errors: `not_found` for an unknown realm or endpoint,
 * `forbidden` for a disabled realm.
 */
export function mountEngines(realms: RealmCache, engines: Engines): RouteGroup {
  return routeGroup(endpoints.map(routeOf), async (ctx, next) => {
    const match = PROTOCOL_PATH.exec(ctx.path);
    if (match?.[1] === undefined || match[2] === undefined) return next();
    const [, name, path] = match;
    if (!ENDPOINTS.test(path)) throw new AppError('not_found', 'no such endpoint');
    const realm = await realms.get(name);
    if (realm === undefined) throw new AppError('not_found', `no realm ${name}`);
    const engine = await engines.of(realm);
    requestOf(ctx).route = routeOf(path);
    const document = engine.documents.get(path);
    if (document !== undefined && (ctx.method === 'GET' || ctx.method === 'HEAD')) {
      ctx.respond = false;
      sendDocument(ctx.req, ctx.res, document);
      return undefined;
    }
    ctx.respond = false;
    ctx.req.url = `${path}${ctx.search}`;
    await engine.handle(ctx.req, ctx.res);
    return undefined;
  });
}

const isRead = ({ method }: IncomingMessage): boolean => method === 'GET' || method === 'HEAD';

/** Answers discovery and key sets that are in memory before anything else looks at the request; the rest goes on. */
export function serveDocumentsFirst(engines: Engines, next: RequestListener): RequestListener {
  return (request: IncomingMessage, response: ServerResponse & { req: IncomingMessage }) => {
    const document = isRead(request) && request.url !== undefined ? engines.document(request.url) : undefined;
    if (document === undefined) next(request, response);
    else sendDocument(request, response, document);
  };
}
