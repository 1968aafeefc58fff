import { assetUrl } from './assets.ts';
import { catalogues, locales } from './catalogue/index.ts';
import { attrs, type Html, html } from './html.ts';
import type { View } from './view.ts';

export interface Frame {
  title: string;
  /** The page tells of a problem: the window's title begins with it. */
  problem?: boolean;
  /** Account pages are wider and have a bar on top. */
  bar?: Html;
  /** The page asks for a passkey: its script comes along. */
  passkey?: boolean;
  /** Off where another language would lose what is shown only once. */
  languages?: boolean;
  body: Html;
}

function head(view: View, title: string, passkey = false): Html {
  return html`<head>
<meta charset="utf-8">
<title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="icon" href="${assetUrl(view.assetsPath, 'icon.svg')}" type="image/svg+xml">
<link rel="stylesheet" href="${assetUrl(view.assetsPath, 'style.css')}">
<script src="${assetUrl(view.assetsPath, 'enhance.js')}"></script>
${passkey && html`<script src="${assetUrl(view.assetsPath, 'passkey.js')}" defer></script>`}
</head>`;
}

function languageChoice(view: View): Html {
  const links = locales.map((locale) => {
    const query = new URLSearchParams(view.query);
    query.set('lang', locale);
    const current = locale === view.locale ? 'true' : undefined;
    return html`<a href="?${query.toString()}" ${attrs({ lang: locale, hreflang: locale, 'aria-current': current })}>${catalogues[locale].name}</a>`;
  });
  return html`<nav class="languages" aria-label="${view.messages.common.language}">${links}</nav>`;
}

/** The one frame of all pages: realm on top, one column, language at the foot. */
export function layout(view: View, frame: Frame): Html {
  const { common } = view.messages;
  const title = `${frame.title} – ${view.realm.displayName}`;
  const initial = [...view.realm.displayName][0]?.toUpperCase();
  return html`<!doctype html>
<html lang="${view.locale}">
${head(view, frame.problem ? common.errorTitle(title) : title, frame.passkey)}
<body class="${frame.bar ? 'wide' : 'narrow'}">
<header class="realm"><span class="mark" aria-hidden="true">${initial}</span><span class="name">${view.realm.displayName}</span>${frame.bar}</header>
<main>${frame.body}</main>
<footer>${frame.languages !== false && languageChoice(view)}</footer>
</body>
</html>`;
}
