import type { Storage } from '@sparekey/storage';
import type { Context, Middleware } from 'koa';
import type { InteractionBridge } from './oidc/interaction.ts';
import type { OidcPages } from './oidc/pages.ts';
import type { RealmCache, ServedRealm } from './realms/cache.ts';

/** What a group of routes may use. */
export interface ProviderContext {
  storage: Storage;
  realms: RealmCache;
  interactions: InteractionBridge;
  /** Public base URL without a trailing slash; never taken from a request. */
  publicUrl: string;
}

/** A group of routes; the middleware calls `next` for what is not its own. */
export type Routes = (context: ProviderContext) => Middleware;

export interface ServerParts {
  pages: OidcPages;
  routes: readonly Routes[];
}

export type RealmHandler = (ctx: Context, realm: ServedRealm) => Promise<void>;
