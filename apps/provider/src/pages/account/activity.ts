import type { Activity } from '../../account/operations/activity.ts';
import { when } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { ActivityModel } from '../models.ts';
import { hidden } from '../parts.ts';
import { accountPaths } from '../paths.ts';
import type { Page, View } from '../view.ts';
import { accountFrame } from './frame.ts';
import { whereLine } from './where.ts';

function row({ at, type, outcome, by, where, application, detail }: Activity, view: View): Html {
  const { activity: text, account } = view.messages;
  const what = text.what(type, { app: application, outcome, detail });
  // A proof that failed was nobody's: saying so would say nothing.
  const told = by === 'person' || (by === 'unknown' && outcome !== 'success') ? undefined : by;
  const known = where.browser !== undefined || where.os !== undefined;
  const device = known ? account.device(where.browser, where.os) : undefined;
  return html`<li class="row"><div><h3>${what}${told && html` <span class="tag">${text.by[told]}</span>`}</h3>
<p class="hint">${[when(view, at), device, whereLine(view, where)].filter(Boolean).join(' · ')}</p></div></li>`;
}

/** Entries as rows, for the page and for the few newest on the account's first page. */
export function activityRows(entries: readonly Activity[], view: View): Html {
  if (entries.length === 0) return html`<p class="hint">${view.messages.activity.empty}</p>`;
  return html`<ul class="rows">${entries.map((entry) => row(entry, view))}</ul>`;
}

/** What to do when an entry was somebody else, in the order in which it helps. */
function notMe(model: ActivityModel, view: View): Html {
  const { activity: text } = view.messages;
  const paths = accountPaths(view.realm.path);
  return html`<section class="panel" id="not-me"><h2>${text.notMe}</h2><p>${text.notMeLead}</p>
<form class="acts" method="post" action="${paths.sessions}">${hidden({ csrf: model.csrf, step: 'sessions' })}
<a class="button second" href="${paths.password}">${text.changePassword}</a>
<button type="submit" class="second" name="action" value="end:others">${text.signOutOthers}</button>
<a class="button second" href="${paths.backupCodes}">${text.newCodes}</a></form><p class="hint">${text.notMeRest}</p></section>`;
}

export const activity: Page<ActivityModel> = (model, view) => {
  const { activity: text } = view.messages;
  const paths = accountPaths(view.realm.path);
  const { title } = text;
  const pager =
    (model.older || model.next !== undefined) &&
    html`<nav class="acts" aria-label="${title}">
${model.older && html`<a class="button second" href="${paths.activity}">${text.newest}</a>`}
${model.next !== undefined && html`<a class="button second" href="${paths.activity}?before=${model.next}">${text.older}</a>`}</nav>`;
  return accountFrame(view, {
    title,
    csrf: model.csrf,
    username: model.username,
    below: true,
    body: html`<p class="lead">${text.lead(model.days)}</p>
<section class="panel"><h2 class="spoken">${title}</h2>${activityRows(model.entries, view)}${pager}</section>
${notMe(model, view)}`,
  });
};
