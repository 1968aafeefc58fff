import { ASSET_CACHE_CONTROL, assets } from './pages/index.ts';
import { type RouteGroup, routeGroup } from './route-group.ts';

const ASSET = /^\/assets\/([a-z0-9.-]+)$/;

/** The files of the hosted pages; their names hold a hash of their content, so browsers keep them for ever. */
export function assetRoutes(): RouteGroup {
  return routeGroup(['/assets/:file'], (ctx, next) => {
    const asset = assets.get(ASSET.exec(ctx.path)?.[1] ?? '');
    if (asset === undefined || (ctx.method !== 'GET' && ctx.method !== 'HEAD')) return next();
    ctx.set({ 'Cache-Control': ASSET_CACHE_CONTROL, ETag: asset.etag, 'Content-Type': asset.type });
    ctx.status = 200;
    if (ctx.fresh) ctx.status = 304;
    else ctx.body = asset.buffer;
    return undefined;
  });
}
