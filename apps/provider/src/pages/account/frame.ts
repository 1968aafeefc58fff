import { type Html, html } from '../html.ts';
import { layout } from '../layout.ts';
import { hidden } from '../parts.ts';
import { accountPaths } from '../paths.ts';
import type { View } from '../view.ts';

export interface AccountFrame {
  title: string;
  csrf: string;
  username: string;
  /** A page below the account's first one leads back to it. */
  below?: boolean;
  body: Html;
}

/** The frame of the wide account pages: who is signed in on top, with the way out. */
export function accountFrame(view: View, { title, csrf, username, below, body }: AccountFrame): Html {
  const { account: text } = view.messages;
  const paths = accountPaths(view.realm.path);
  const bar = html`<form class="who" method="post" action="${paths.sessions}">${hidden({ csrf, step: 'sessions' })}<span>${username}</span>
<button type="submit" class="second" name="action" value="end:current">${text.signOut}</button></form>`;
  const up =
    below && html`<p class="up"><a href="${paths.overview}"><span aria-hidden="true">← </span>${text.title}</a></p>`;
  return layout(view, { title, bar, body: html`<div class="top">${up}<h1>${title}</h1></div>${body}` });
}
