import { when } from '../format.ts';
import { html } from '../html.ts';
import type { CodesUsedModel } from '../models.ts';
import { accountPaths } from '../paths.ts';
import type { Page } from '../view.ts';
import { codesFacts } from './codes-facts.ts';
import { accountFrame } from './frame.ts';
import { whereLine } from './where.ts';

/** How the set of backup codes stands, and when and where each used one was used. */
export const codesUsed: Page<CodesUsedModel> = ({ csrf, username, codes, uses }, view) => {
  const { codesUsed: text, account } = view.messages;
  const rows = uses.map(
    ({ at, number, where }) => html`<li class="row"><div><h3>${text.code(number)}</h3>
<p class="hint">${[when(view, at), account.device(where.browser, where.os), whereLine(view, where)].filter(Boolean).join(' · ')}</p></div></li>`,
  );
  return accountFrame(view, {
    title: text.title,
    csrf,
    username,
    below: true,
    body: html`<section class="panel">${codesFacts(codes, view)}
<p class="acts"><a class="button second" href="${accountPaths(view.realm.path).backupCodes}">${account.makeCodes}</a></p></section>
<section class="panel"><h2>${text.used}</h2>
${rows.length === 0 ? html`<p class="hint">${text.none}</p>` : html`<ul class="rows">${rows}</ul><p class="hint">${text.notMe}</p>`}</section>`,
  });
};
