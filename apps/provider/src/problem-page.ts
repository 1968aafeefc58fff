import type { Problem, ProblemPage } from '@sparekey/http';
import type { Context } from 'koa';
import { pageView } from './page-view.ts';
import * as pages from './pages/index.ts';
import type { RealmCache, ServedRealm } from './realms/cache.ts';

const REALM = /^\/realms\/([^/]+)(?=\/|$)/;

/** The realm of the address; undefined when there is none, it is switched off, or it cannot be read at the moment. */
async function realmOf(realms: RealmCache, name: string | undefined): Promise<ServedRealm | undefined> {
  try {
    return name === undefined ? undefined : await realms.get(name);
  } catch {
    return undefined;
  }
}

/** The view where no realm is: what the address says of it, and nothing that would tell whether it exists. */
function plainView(ctx: Context, name: string | undefined): pages.View {
  const { LOCALE_COOKIE, negotiateLocale, view } = pages;
  const cookie = ctx.cookies.get(LOCALE_COOKIE);
  const locale = negotiateLocale({ cookie, acceptLanguage: ctx.get('accept-language') });
  const path = name === undefined ? '' : `/realms/${encodeURIComponent(name)}`;
  return view({ realm: { displayName: name ?? 'Sparekey', path }, query: ctx.querystring, locale, now: new Date() });
}

/** The page of a failure outside the journey: what went wrong, what to do, and the number for the help desk. */
export function createProblemPage(realms: RealmCache): ProblemPage {
  return async (ctx: Context, { code, requestId, detail }: Problem) => {
    const [, name] = REALM.exec(ctx.path) ?? [];
    const realm = await realmOf(realms, name);
    const view = realm === undefined ? plainView(ctx, name) : pageView(ctx, realm);
    if (name !== undefined && realm === undefined && (code === 'not_found' || code === 'forbidden')) {
      return pages.realmNotFound({ requestId }, view).toString();
    }
    if (code === 'sign_in_expired') return pages.expired({}, view).toString();
    return pages
      .error({ code, requestId, ...(detail === undefined ? {} : { publicMessage: detail }) }, view)
      .toString();
  };
}
