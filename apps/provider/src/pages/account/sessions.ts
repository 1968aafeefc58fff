import { when } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { AccountModel, SessionRow } from '../models.ts';
import { hidden } from '../parts.ts';
import { accountPaths } from '../paths.ts';
import type { View } from '../view.ts';
import { folded } from './folded.ts';
import { whereLine } from './where.ts';

function row(session: SessionRow, view: View): Html {
  const { account: text } = view.messages;
  const device = text.device(session.where.browser, session.where.os);
  const times = `${text.lastSeen(when(view, session.lastSeenAt))}, ${text.signedIn(when(view, session.startedAt))}`;
  return html`<li class="row"><div><h3>${device}${session.current && html` <span class="tag">${text.thisDevice}</span>`}</h3>
<p class="hint">${whereLine(view, session.where, times, session.applications.join(', '))}</p></div>
<button type="submit" class="second" name="action" value="end:${session.id}" aria-label="${text.signOutNamed(device)}">${text.signOut}</button></li>`;
}

/** Where the person is signed in, this device first, with a way out of each and of all. */
export function sessions(model: AccountModel, view: View): Html {
  const { account: text } = view.messages;
  return html`<section class="panel"><h2>${text.sessions}</h2>
<form method="post" action="${accountPaths(view.realm.path).sessions}">${hidden({ csrf: model.csrf, step: 'sessions' })}
${folded(
  model.sessions.map((session) => row(session, view)),
  view,
)}
<div class="acts">${model.sessions.some(({ current }) => !current) && html`<button type="submit" class="second" name="action" value="end:others">${text.signOutOthers}</button>`}
<button type="submit" class="link" name="action" value="end:all">${text.signOutEverywhere}</button></div></form></section>`;
}
