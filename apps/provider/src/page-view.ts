import type { Context } from 'koa';
import { LOCALE_COOKIE, negotiateLocale, TIME_ZONE_COOKIE, type View, view } from './pages/index.ts';
import type { ServedRealm } from './realms/cache.ts';

/** Where pages and routes of a realm live. */
export function realmPath(realm: ServedRealm): string {
  return `/realms/${realm.realm.name}`;
}

/** The view of a page for this browser; a language chosen on the page (`?lang=it`) is remembered for the realm. */
export function pageView(
  ctx: Context,
  realm: ServedRealm,
  wishes: { uiLocales?: readonly string[]; locale?: string | undefined } = {},
): View {
  const chosen = typeof ctx.query.lang === 'string' ? ctx.query.lang : undefined;
  const locale = negotiateLocale({
    chosen,
    cookie: ctx.cookies.get(LOCALE_COOKIE) ?? wishes.locale,
    uiLocales: wishes.uiLocales?.join(' '),
    acceptLanguage: ctx.get('accept-language'),
  });
  if (chosen !== undefined) {
    ctx.cookies.set(LOCALE_COOKIE, locale, { path: `${realmPath(realm)}/`, sameSite: 'lax', maxAge: 365 * 86_400_000 });
  }
  return view({
    realm: {
      displayName: realm.realm.displayName ?? realm.realm.name,
      path: realmPath(realm),
    },
    locale,
    query: ctx.querystring,
    timeZone: ctx.cookies.get(TIME_ZONE_COOKIE),
    now: new Date(),
  });
}
