import { Readable } from 'node:stream';
import { AppError } from '@sparekey/contracts';
import { requestOf } from '@sparekey/http';
import { ScimError } from '@sparekey/scim';
import type { Context } from 'koa';
import type { ServedRealm } from '../realms/cache.ts';
import { type RouteGroup, routeGroup } from '../route-group.ts';
import type { Services } from '../services.ts';
import { authenticate } from './authenticate.ts';
import { readScimBody } from './body.ts';
import { bulk } from './bulk.ts';
import type { ScimAnswer, ScimCall } from './call.ts';
import { readDeletions } from './deletions.ts';
import { discovery } from './discovery.ts';
import { pollEvents } from './events.ts';
import { forbidden, notThere, toScimError } from './problem.ts';
import { askedOfAddress, askedOfBody } from './query.ts';
import { readAll, readMany, readOne } from './read.ts';
import { createOne, patchOne, removeOne, replaceOne } from './write.ts';

const scim = /^\/realms\/([^/]+)\/scim\/v2\/([^/]+)((?:\/[^/]+)*)\/?$/;

/** Entra ID's switch for standard PATCH stands in the address of the tenant, and the rest of the path behind it. */
const entraSwitch = /\?aadOptscim062020(?=[/?]|$)/i;

function addressOf(ctx: Context): URL {
  const raw = (ctx.req.url ?? '').replace(/([?&])aadOptscim062020=?(&|$)/i, (_all, before: string, after: string) =>
    after === '' ? '' : before,
  );
  return new URL(raw.replace(entraSwitch, ''), 'http://scim.invalid');
}

function notAllowed(ctx: Context, allowed: string): never {
  ctx.set('Allow', allowed);
  throw new ScimError(405, undefined, `Here ${allowed} are possible.`);
}

/** A segment of the path as it was meant; what does not decode names nothing. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return '';
  }
}

async function ofType(
  ctx: Context,
  call: ScimCall,
  segments: readonly string[],
  query: URLSearchParams,
): Promise<ScimAnswer> {
  const [endpoint = '', id, ...more] = segments;
  const type = call.registry.byEndpoint(endpoint);
  if (type === undefined || more.length > 0) notThere(segments.join('/'));
  if (id === '.search') {
    if (ctx.method !== 'POST') notAllowed(ctx, 'POST');
    return readMany(call, type, askedOfBody(await readScimBody(ctx)));
  }
  const asked = askedOfAddress(query);
  const ifMatch = ctx.get('if-match');
  if (id === undefined) {
    if (ctx.method === 'GET' || ctx.method === 'HEAD') return readMany(call, type, asked);
    if (ctx.method === 'POST') return createOne(call, type, await readScimBody(ctx), asked);
    return notAllowed(ctx, 'GET, HEAD, POST');
  }
  switch (ctx.method) {
    case 'GET':
    case 'HEAD':
      return readOne(call, type, id, asked, ctx.get('if-none-match'));
    case 'PUT':
      return replaceOne(call, type, id, await readScimBody(ctx), asked, ifMatch);
    case 'PATCH':
      return patchOne(call, type, id, await readScimBody(ctx), asked, ifMatch);
    case 'DELETE':
      return removeOne(call, type, id, ifMatch);
    default:
      return notAllowed(ctx, 'GET, HEAD, PUT, PATCH, DELETE');
  }
}

/** RFC 7644 §3.11: the person whose token it is; a directory's token is nobody's, for which the RFC has 501. */
async function me(ctx: Context, call: ScimCall, query: URLSearchParams): Promise<ScimAnswer> {
  const type = call.registry.byName('User');
  if (call.subject === undefined || type === undefined) {
    throw new ScimError(501, undefined, 'A connection is not a person: there is no /Me for its tokens.');
  }
  if (ctx.method !== 'GET' && ctx.method !== 'HEAD') notAllowed(ctx, 'GET, HEAD');
  return readOne(call, type, call.subject, askedOfAddress(query), ctx.get('if-none-match'));
}

async function dispatch(
  ctx: Context,
  call: ScimCall,
  segments: readonly string[],
  query: URLSearchParams,
): Promise<ScimAnswer> {
  const [first] = segments;
  if (first === 'Me' && segments.length === 1) return me(ctx, call, query);
  if (call.subject !== undefined) forbidden('The token of a person opens /Me alone.');
  const isRead = ctx.method === 'GET' || ctx.method === 'HEAD';
  const document = discovery(call, segments, query);
  if (document !== undefined) return isRead ? document : notAllowed(ctx, 'GET, HEAD');
  if (first === 'Bulk') return ctx.method === 'POST' ? bulk(call, await readScimBody(ctx)) : notAllowed(ctx, 'POST');
  if (first === 'Events' && segments.length === 1) {
    return ctx.method === 'POST' ? pollEvents(call, await readScimBody(ctx)) : notAllowed(ctx, 'POST');
  }
  if (first === 'Deletions' && segments.length === 1) {
    return isRead ? readDeletions(call, query) : notAllowed(ctx, 'GET, HEAD');
  }
  if (first === '.search') {
    return ctx.method === 'POST' ? readAll(call, askedOfBody(await readScimBody(ctx))) : notAllowed(ctx, 'POST');
  }
  if (first === undefined) return isRead ? readAll(call, askedOfAddress(query)) : notAllowed(ctx, 'GET, HEAD');
  return ofType(ctx, call, segments, query);
}

function send(ctx: Context, { status, headers = {}, body }: ScimAnswer): void {
  ctx.status = status;
  for (const [name, value] of Object.entries(headers)) ctx.set(name, value);
  // What directories read is personal, and changes by other doors.
  ctx.set('Cache-Control', 'no-store');
  if (body === undefined) {
    ctx.body = null;
    ctx.status = status;
    return;
  }
  ctx.set('Content-Type', 'application/scim+json');
  ctx.body = Symbol.asyncIterator in body ? Readable.from(body, { objectMode: false }) : JSON.stringify(body);
}

function refuse(ctx: Context, thrown: unknown): void {
  const problem = toScimError(thrown);
  const { log } = requestOf(ctx);
  if (problem.status >= 500) log.error({ err: thrown }, 'scim request failed');
  else log.debug({ status: problem.status, scimType: problem.scimType }, 'scim request refused');
  if (thrown instanceof AppError && thrown.retryAfterSeconds !== undefined) {
    ctx.set('Retry-After', String(Math.ceil(thrown.retryAfterSeconds)));
  }
  send(ctx, { status: problem.status, body: problem.body() });
}

const discoveryDocuments = ['ServiceProviderConfig', 'ResourceTypes', 'Schemas'];
const types = ['Users', 'Groups'];
const routes = [
  '',
  ...[...discoveryDocuments, ...types].flatMap((name) => [`/${name}`, `/${name}/:id`]),
  ...types.map((name) => `/${name}/.search`),
  '/.search',
  '/Bulk',
  '/Deletions',
  '/Me',
].map((path) => `/realms/:realm/scim/v2/:connection${path}`);

/** The SCIM server, `/realms/{realm}/scim/v2/{connection}/…`. Every answer, and every refusal, is `application/scim+json`. */
export function scimRoutes(services: Services): RouteGroup {
  return routeGroup(routes, async (ctx, next) => {
    const address = addressOf(ctx);
    const match = scim.exec(address.pathname);
    if (match === null) return next();
    const [, realmName = '', connection = '', rest = ''] = match;
    requestOf(ctx).route = '/realms/:realm/scim/v2/:connection/:resource';
    try {
      const realm: ServedRealm | undefined = await services.realms.get(realmName);
      if (realm === undefined) throw new ScimError(404, undefined, 'There is no such realm.');
      const call = await authenticate(services, ctx, realm, decoded(connection));
      const segments = rest
        .split('/')
        .filter((part) => part !== '')
        .map(decoded);
      send(ctx, await dispatch(ctx, call, segments, address.searchParams));
    } catch (thrown) {
      refuse(ctx, thrown);
    }
  });
}
