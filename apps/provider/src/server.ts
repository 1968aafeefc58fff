import type { RequestListener } from 'node:http';
import {
  Admission,
  type AdmissionLimits,
  createApp,
  DEFAULT_ADMISSION,
  type Logger,
  type Metrics,
  origin,
  type ProblemPage,
} from '@sparekey/http';
import type { Storage } from '@sparekey/storage';
import { type AccessTokens, createAccessTokens } from './oidc/access-tokens.ts';
import { createInteractionBridge } from './oidc/bridge.ts';
import { type BrowserSessions, createBrowserSessions } from './oidc/browser-sessions.ts';
import { createEngines } from './oidc/engines.ts';
import type { InteractionBridge } from './oidc/interaction.ts';
import { mountEngines, serveDocumentsFirst } from './oidc/mount.ts';
import type { OidcPages } from './oidc/pages.ts';
import { pageAdmission } from './page-admission.ts';
import { createRealmCache, type RealmCache } from './realms/cache.ts';
import type { RouteGroup } from './route-group.ts';

export { type RouteGroup, routeGroup } from './route-group.ts';

/** What a group of routes may use. */
export interface ProviderContext {
  storage: Storage;
  realms: RealmCache;
  interactions: InteractionBridge;
  sessions: BrowserSessions;
  accessTokens: AccessTokens;
  /** Public base URL without a trailing slash; never taken from a request. */
  publicUrl: string;
}

/** A group of routes; each middleware calls `next` for what is not its own. */
export type Routes = (context: ProviderContext) => RouteGroup | readonly RouteGroup[];

export interface ServerParts {
  storage: Storage;
  logger: Logger;
  metrics?: Pick<Metrics, 'httpRequest' | 'watchPageLine'>;
  publicUrl: URL;
  trustedProxies: readonly string[];
  /** Pages of the protocol endpoints. */
  pages: OidcPages;
  /** Page for failures outside of them; without it every failure is problem+json. */
  problemPage?: (realms: RealmCache) => ProblemPage;
  routes: readonly Routes[];
  /** How many pages and forms at once, and in line before them. */
  admission?: AdmissionLimits;
}

export interface ProviderServer {
  /** For `createServer` of @sparekey/http. */
  listener: RequestListener;
  context: ProviderContext;
  /** Every route that it answers. */
  routes: readonly string[];
  close(): void;
}

/** The provider as one request listener: documents from memory first, then the protocol endpoints, then the routes. */
export function createProviderServer(parts: ServerParts): ProviderServer {
  const { storage, pages, publicUrl } = parts;
  const realms = createRealmCache(storage, publicUrl.origin);
  const engines = createEngines(realms, { storage, pages, publicUrl });
  const context: ProviderContext = {
    storage,
    realms,
    interactions: createInteractionBridge(engines),
    sessions: createBrowserSessions(engines),
    accessTokens: createAccessTokens(engines),
    publicUrl: publicUrl.origin,
  };
  const app = createApp({
    logger: parts.logger,
    publicUrl,
    trustedProxies: parts.trustedProxies,
    ...(parts.metrics === undefined ? {} : { metrics: parts.metrics }),
    ...(parts.problemPage === undefined ? {} : { problemPage: parts.problemPage(realms) }),
  });
  const admission = new Admission(parts.admission ?? DEFAULT_ADMISSION);
  parts.metrics?.watchPageLine({ underWay: () => admission.underWay, waiting: () => admission.waiting });
  app.use(pageAdmission(admission));
  const protocol = mountEngines(realms, engines);
  const groups = parts.routes.flatMap((routes) => routes(context));
  app.use(protocol);
  // What these routes read and write of the engine is one unit of work too, stored before their answer goes out.
  app.use((ctx, next) => storage.oidc.withRequest({ origin: origin(ctx) }, next));
  for (const group of groups) app.use(group);
  const callback = app.callback();
  return {
    listener: serveDocumentsFirst(engines, (request, response) => void callback(request, response)),
    context,
    routes: [protocol, ...groups].flatMap(({ routes }) => routes),
    close: () => realms.close(),
  };
}
