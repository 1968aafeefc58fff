import {
  type AccountOperation,
  type AccountOperationId,
  AppError,
  accountOpenApi,
  accountOperations,
} from '@sparekey/contracts';
import { errorHandler, requestOf } from '@sparekey/http';
import type { Context } from 'koa';
import type { ServedRealm } from '../realms/cache.ts';
import { type RouteGroup, routeGroup } from '../route-group.ts';
import type { Services } from '../services.ts';
import { authenticate, requireNeeds } from './authenticate.ts';
import { allowOrigin, answerPreflight } from './cors.ts';
import { handlers } from './handlers.ts';
import { readInput } from './input.ts';
import type { ApiRequest, Handler } from './request.ts';

const API = /^\/realms\/([^/]+)\/account\/api(\/.*)$/;
const DOCUMENT_PATH = '/openapi.json';

interface Route {
  /** As in the contract: `/sessions/{id}`. */
  path: string;
  pattern: RegExp;
  byMethod: Map<string, AccountOperationId>;
}

function routesOf(operations: Record<string, AccountOperation>): Route[] {
  const routes = new Map<string, Route>();
  for (const [operationId, { method, path }] of Object.entries(operations)) {
    const pattern = new RegExp(`^${path.replace('{id}', '([^/]{1,300})')}$`);
    const route = routes.get(path) ?? { path, pattern, byMethod: new Map() };
    route.byMethod.set(method, operationId as AccountOperationId);
    routes.set(path, route);
  }
  // A fixed path before one with a variable: /factors/totp is no factor of the id "totp".
  return [...routes.values()].sort((a, b) => Number(a.path.includes('{')) - Number(b.path.includes('{')));
}

const routes = routesOf(accountOperations);
/** As logs and metrics name it. */
const named = (path: string): string => `/realms/:realm/account/api${path.replace('{id}', ':id')}`;

const document = JSON.stringify(accountOpenApi());

/** The account REST, `/realms/{realm}/account/api/…`: what it takes and answers is in libs/contracts. */
export function accountApiRoutes(services: Services): RouteGroup {
  // Whatever an Accept header says: programs get problem+json, never a page.
  const asProblem = errorHandler();
  return routeGroup([...routes.map(({ path }) => named(path)), named(DOCUMENT_PATH)], async (ctx, next) => {
    const [, name, rest] = API.exec(ctx.path) ?? [];
    if (name === undefined || rest === undefined) return next();
    await asProblem(ctx, () => answer(services, ctx, name, rest));
  });
}

async function answer(services: Services, ctx: Context, name: string, rest: string): Promise<void> {
  const realm = await services.realms.get(name);
  if (realm === undefined) throw new AppError('not_found', `no realm ${name}`);
  const known = await allowOrigin(services, ctx, realm);
  if (rest === DOCUMENT_PATH) return answerDocument(ctx);
  const route = routes.find(({ pattern }) => pattern.test(rest));
  if (route === undefined) throw new AppError('not_found', 'no such operation');
  requestOf(ctx).route = named(route.path);
  if (ctx.method === 'OPTIONS' && known) return answerPreflight(ctx, [...route.byMethod.keys()]);
  const operationId = route.byMethod.get(ctx.method === 'HEAD' ? 'GET' : ctx.method);
  if (operationId === undefined) {
    ctx.set('Allow', [...route.byMethod.keys()].join(', '));
    throw new AppError('method_not_allowed', `${ctx.method} on ${route.path}`);
  }
  await run(operationId, services, ctx, realm, idOf(route.pattern.exec(rest)?.[1] ?? ''));
}

/** Errors: `not_found` for what nothing is named by. */
function idOf(segment: string): string {
  let id: string;
  try {
    id = decodeURIComponent(segment);
  } catch {
    id = '\0';
  }
  if (/\p{Cc}/u.test(id)) throw new AppError('not_found', 'no id');
  return id;
}

function answerDocument(ctx: Context): void {
  requestOf(ctx).route = named(DOCUMENT_PATH);
  ctx.type = 'json';
  ctx.body = document;
}

async function run<K extends AccountOperationId>(
  operationId: K,
  services: Services,
  ctx: Context,
  realm: ServedRealm,
  id: string,
): Promise<void> {
  const operation: AccountOperation = accountOperations[operationId];
  const caller = await authenticate(services, ctx, realm);
  await requireNeeds(ctx, caller, operation.needs);
  const input = await readInput(ctx, operation);
  // The schemas of this very operation read it.
  const request = { ...caller, id, ...input } as ApiRequest<K>;
  const handler: Handler<K> = handlers[operationId];
  const answered = await handler(request);
  ctx.status = operation.status;
  if (answered === undefined) return;
  ctx.type = 'json';
  ctx.body = JSON.stringify(answered);
}
