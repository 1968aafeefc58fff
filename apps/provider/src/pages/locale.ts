import type { Locale } from './catalogue/index.ts';
import { locales } from './catalogue/index.ts';

/** Remembers a language that was chosen at the foot of a page (`?lang=it`). */
export const LOCALE_COOKIE = 'sparekey_locale';

export interface LocaleWishes {
  /** `lang` of the query: chosen on the page just now. The driver stores it in `LOCALE_COOKIE`. */
  chosen?: string | undefined;
  cookie?: string | undefined;
  /** `ui_locales` of the authorization request (OIDC Core §3.1.2.1): space-separated, best first. */
  uiLocales?: string | undefined;
  /** `Accept-Language` (RFC 9110 §12.5.4). */
  acceptLanguage?: string | undefined;
}

/**
 * The language of a page: what the person chose, else what the application asked for, else what the browser prefers,
 * else English. `it-CH` is served with `it` (RFC 4647 §3.4 lookup).
 */
export function negotiateLocale(wishes: LocaleWishes): Locale {
  const wanted = [
    wishes.chosen ?? '',
    wishes.cookie ?? '',
    ...(wishes.uiLocales ?? '').split(/\s+/),
    ...byWeight(wishes.acceptLanguage ?? ''),
  ];
  for (const tag of wanted) {
    const language = tag.toLowerCase().split(/[-_]/)[0];
    const match = locales.find((locale) => locale === language);
    if (match) return match;
  }
  return 'en';
}

function byWeight(header: string): string[] {
  return header
    .slice(0, 1000)
    .split(',')
    .map((range, position) => {
      const [tag = '', ...parameters] = range.split(';').map((part) => part.trim());
      const q = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1);
      return { tag, position, weight: Number.isFinite(q) ? q : 0 };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || a.position - b.position)
    .map(({ tag }) => tag);
}
