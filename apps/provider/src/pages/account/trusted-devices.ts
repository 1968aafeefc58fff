import { date, when } from '../format.ts';
import { html, type Value } from '../html.ts';
import type { AccountModel } from '../models.ts';
import { hidden } from '../parts.ts';
import { accountPaths } from '../paths.ts';
import type { View } from '../view.ts';
import { folded } from './folded.ts';
import { whereLine } from './where.ts';

/** Browsers that are spared the second factor, each with its end. Nothing is shown where there are none. */
export function trustedDevices(model: AccountModel, view: View): Value {
  const { account: text } = view.messages;
  if (model.trustedDevices.length === 0) return undefined;
  const rows = model.trustedDevices.map(({ id, where, lastSeenAt, until }) => {
    const device = text.device(where.browser, where.os);
    return html`<li class="row"><div><h3>${device}</h3>
<p class="hint">${whereLine(view, where, `${text.lastSeen(when(view, lastSeenAt))}, ${text.trustedUntil(date(view, until))}`)}</p></div>
<button type="submit" class="second" name="action" value="forget:${id}" aria-label="${text.forgetNamed(device)}">${text.forget}</button></li>`;
  });
  return html`<section class="panel"><h2>${text.trustedDevices}</h2>
<form method="post" action="${accountPaths(view.realm.path).devices}">${hidden({ csrf: model.csrf, step: 'devices' })}
${folded(rows, view)}</form></section>`;
}
