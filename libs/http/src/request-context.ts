import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Origin } from '@sparekey/audit';
import type { Middleware } from 'koa';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';
import { type AddressTest, clientAddress, normaliseAddress } from './network.ts';

/** What is known of a request from its first byte. Hangs on the node request, so a mounted oidc-provider sees it too. */
export interface RequestContext {
  readonly origin: Origin;
  /** Carries the request id in every entry. */
  readonly log: Logger;
  /** Pattern of the matched route (`/realms/:realm/account`): what logs and metrics name instead of the path. */
  route: string | undefined;
  /** Name of the realm, for the log. */
  realm: string | undefined;
}

const contexts = new WeakMap<IncomingMessage, RequestContext>();

/** The context of a Koa context, of ours or of oidc-provider's. Throws where `requestContext` did not run before. */
export function requestOf(ctx: { req: IncomingMessage }): RequestContext {
  const context = contexts.get(ctx.req);
  if (context === undefined) throw new Error('requestContext() must run before anything asks for the request context');
  return context;
}

/** Where the request came from, for audit events and attempt limits. */
export function origin(ctx: { req: IncomingMessage }): Origin {
  return requestOf(ctx).origin;
}

/** An id from a proxy is kept only if it can stand in logs, headers and pages as it is. */
const wellFormedId = /^[A-Za-z0-9._-]{8,64}$/;

function requestId(request: IncomingMessage, trusted: AddressTest): string {
  const peer = normaliseAddress(request.socket.remoteAddress ?? '');
  const offered = request.headers['x-request-id'];
  if (typeof offered === 'string' && wellFormedId.test(offered) && peer !== undefined && trusted(peer)) return offered;
  return randomUUID();
}

/** A user agent is kept for people to recognise their sessions by: bounded, and without control characters. */
function userAgent(request: IncomingMessage): string {
  return (request.headers['user-agent'] ?? '').replace(/[\p{Cc}\p{Cf}]/gu, '').slice(0, 512);
}

/** Path without query; only for what no route claims, cut so that a scanner cannot fill the disk. */
function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').replace(/[?#].*$/s, '').slice(0, 200);
}

const realmInPath = /^\/(?:admin\/)?realms\/([A-Za-z0-9][A-Za-z0-9._-]{0,63})(?=\/|$|\?)/;

/**
 * First middleware of every app: gives the request an id (returned as X-Request-Id), attributes it to an address, and
 * writes one log entry when its response ended or was cut. The entry holds method, route (or path without query),
 * status, milliseconds, request id, realm and network peer; never a header, a cookie, a body or a query.
 */
export function requestContext(options: {
  logger: Logger;
  /** Peers whose X-Forwarded-For and X-Request-Id count. */
  trustedProxies: AddressTest;
  metrics?: Pick<Metrics, 'httpRequest'>;
}): Middleware {
  return async (ctx, next) => {
    const started = performance.now();
    const id = requestId(ctx.req, options.trustedProxies);
    let log: Logger | undefined;
    const context: RequestContext = {
      origin: { ip: clientAddress(ctx.req, options.trustedProxies), userAgent: userAgent(ctx.req), requestId: id },
      // Most requests log one line: what makes the line is made when it is written.
      get log() {
        log ??= options.logger.child({ requestId: id });
        return log;
      },
      route: undefined,
      realm: realmInPath.exec(ctx.req.url ?? '')?.[1],
    };
    contexts.set(ctx.req, context);
    ctx.set('X-Request-Id', id);
    ctx.res.once('close', () => {
      const seconds = (performance.now() - started) / 1000;
      const route = context.route ?? matchedRoute(ctx);
      finished(ctx.req, ctx.res, context, route, seconds);
      options.metrics?.httpRequest(
        { method: ctx.method, route: route ?? 'other', status: ctx.res.statusCode },
        seconds,
      );
    });
    await next();
  };
}

/** @koa/router leaves the pattern it matched on the context. */
function matchedRoute(ctx: object): string | undefined {
  const { _matchedRoute: route } = ctx as { _matchedRoute?: unknown };
  return typeof route === 'string' ? route : undefined;
}

function finished(
  request: IncomingMessage,
  response: ServerResponse,
  context: RequestContext,
  route: string | undefined,
  seconds: number,
): void {
  context.log.info(
    {
      method: request.method,
      ...(route === undefined ? { path: pathOf(request) } : { route }),
      status: response.statusCode,
      ms: Math.round(seconds * 10_000) / 10,
      ...(context.realm === undefined ? {} : { realm: context.realm }),
      ...(response.writableFinished ? {} : { aborted: true }),
    },
    'request',
  );
}
