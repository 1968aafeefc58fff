import { date, when } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { ApplicationRow, ApplicationsModel } from '../models.ts';
import { hidden } from '../parts.ts';
import type { Page, View } from '../view.ts';
import { accountFrame } from './frame.ts';

function row(app: ApplicationRow, view: View): Html {
  const { applications: text, consent } = view.messages;
  const name = app.name ?? app.clientId;
  const wishes = [
    consent.identity,
    ...app.scopes.filter((scope) => scope !== 'openid' && scope !== 'offline_access').map(consent.scope),
  ];
  const used = app.lastUsedAt === undefined ? undefined : text.lastUsed(when(view, app.lastUsedAt));
  return html`<li class="row"><div><h3>${name}${app.offline && html` <span class="tag">${text.offline}</span>`}</h3>
<p>${text.may}: ${wishes.join(', ')}</p>
<p class="hint">${[text.since(date(view, app.since)), used].filter(Boolean).join(', ')}</p></div>
<button type="submit" class="second" name="action" value="disconnect:${app.clientId}" aria-label="${text.disconnectNamed(name)}">${text.disconnect}</button></li>`;
}

/** Applications that hold something of the person, what each may, and the end of it. */
export const applications: Page<ApplicationsModel> = (model, view) => {
  const { applications: text, account } = view.messages;
  const body =
    model.applications.length === 0
      ? html`<p>${text.none}</p>`
      : html`<p class="hint">${text.effect}</p><form method="post" action="">${hidden({ csrf: model.csrf, step: 'applications' })}
<ul class="rows">${model.applications.map((app) => row(app, view))}</ul></form>`;
  return accountFrame(view, {
    title: text.title,
    csrf: model.csrf,
    username: model.username,
    below: true,
    body: html`${model.notice && html`<p class="notice" role="status">${account.notice(model.notice)}</p>`}
<section class="panel"><h2 class="spoken">${text.title}</h2>${body}</section>`,
  });
};
