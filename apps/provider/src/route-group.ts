import type { Middleware } from 'koa';

/**
 * Routes that tell which they are, as `/realms/:realm/sign-in/:uid`: a test walks all of them as everybody who may not,
 * so that a new route is held to the same without being listed anywhere else.
 */
export type RouteGroup = Middleware & { readonly routes: readonly string[] };

/** Names the routes that a middleware answers; made from the table it dispatches by, where there is one. */
export function routeGroup(routes: readonly string[], middleware: Middleware): RouteGroup {
  return Object.assign(middleware, { routes });
}
