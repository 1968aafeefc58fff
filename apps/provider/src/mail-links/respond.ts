import type { Context } from 'koa';
import { realmPath } from '../page-view.ts';
import * as pages from '../pages/index.ts';
import type { ServedRealm } from '../realms/cache.ts';

/** The page at the end of a link. One that cannot be used is 410 whatever the reason: what a token was is nobody's business. */
export function respondLink(
  ctx: Context,
  realm: ServedRealm,
  view: pages.View,
  outcome: pages.LinkOutcomeModel['outcome'],
): void {
  ctx.status = outcome === 'unusable' ? 410 : 200;
  ctx.type = 'html';
  ctx.body = pages.linkOutcome({ outcome, back: { href: `${realmPath(realm)}/account` } }, view).toString();
}
