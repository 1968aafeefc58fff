import type { Locale, Messages } from './catalogue/index.ts';
import { catalogues } from './catalogue/index.ts';
import type { Html } from './html.ts';

export interface RealmView {
  displayName: string;
  /** Such as /realms/acme, without a slash at the end. */
  path: string;
}

/** Who looks, and where: everything a page needs beside its model. Made by `view`. */
export interface View {
  realm: RealmView;
  locale: Locale;
  messages: Messages;
  /** IANA name. */
  timeZone: string;
  now: Date;
  /** Where the server serves `assets`. */
  assetsPath: string;
  /** Query of this page without `lang`, so that the language choice keeps it. */
  query: string;
}

/** A page: pure, from its model and the view to a whole document. */
export type Page<M> = (model: M, view: View) => Html;

export interface ViewOptions {
  realm: RealmView;
  locale: Locale;
  /** From the cookie `TIME_ZONE_COOKIE` or the person's `zoneinfo`; anything that is no time zone counts as UTC. */
  timeZone?: string | undefined;
  now: Date;
  /** Default: /assets */
  assetsPath?: string;
  /** Raw query of this page; `lang` in it is ignored. */
  query?: string;
}

/** The browser tells its zone in this cookie (set by enhance.js), so that dates are the person's from the next page on. */
export const TIME_ZONE_COOKIE = 'sparekey_time_zone';

export function view(options: ViewOptions): View {
  const query = new URLSearchParams(options.query ?? '');
  query.delete('lang');
  return {
    realm: options.realm,
    locale: options.locale,
    messages: catalogues[options.locale],
    timeZone: knownTimeZone(options.timeZone) ?? 'UTC',
    now: options.now,
    assetsPath: options.assetsPath ?? '/assets',
    query: query.toString(),
  };
}

function knownTimeZone(name: string | undefined): string | undefined {
  if (!name || name.length > 64) return undefined;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
