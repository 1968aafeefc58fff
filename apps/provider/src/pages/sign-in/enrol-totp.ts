import { spell } from '../format.ts';
import { type Html, html } from '../html.ts';
import { layout } from '../layout.ts';
import type { EnrolTotpModel } from '../models.ts';
import { field, form, heading, mainButton, person, setupWays, sideButton, summary, waysOut } from '../parts.ts';
import type { Page, View } from '../view.ts';
import { qrCode } from './qr.ts';

/** The key to be typed where scanning is not possible: in fours for the eye, letter by letter for the ear. */
function key(model: EnrolTotpModel, view: View): Html {
  const { enrolTotp: text, common } = view.messages;
  const groups = model.secret.match(/.{1,4}/g) ?? [];
  return html`<details class="key"><summary>${text.cannotScan}</summary>
<p><span class="spoken">${text.key}: ${groups.map((group) => spell(group, common.dash)).join(', ')}</span><code aria-hidden="true" id="key" data-secret="${model.secret}">${groups.join(' ')}</code>
<button type="button" class="needs-clipboard second" data-copy="#key" data-copied="${common.copied}">${common.copy}</button></p></details>`;
}

/** A new authenticator app: scan or type the key, then prove with a code that it works. */
export const enrolTotp: Page<EnrolTotpModel> = (model, view) => {
  const { enrolTotp: text, afterRecovery, common } = view.messages;
  const look = { digits: model.digits };
  const title = text.title[model.reason];
  const steps = html`<div class="scan"><p>${text.scan}</p>${qrCode(model.uri, text.qr)}
<p><a class="button second" href="${model.uri}">${text.open}</a></p>${key(model, view)}</div>`;
  const code = field(
    view,
    model,
    { name: 'otp', label: text.code, kind: 'digits', autocomplete: 'one-time-code' },
    look,
  );
  const name = field(view, model, {
    name: 'label',
    label: text.deviceName,
    hint: text.deviceNameHint,
    optional: true,
    kind: 'text',
    autocomplete: 'off',
    value: model.label,
  });
  const later =
    model.mayPutOff &&
    html`<div class="ways">${sideButton('later', common.later)}<p class="hint">${afterRecovery.laterMeans}</p></div>`;
  return layout(view, {
    title,
    problem: model.problem !== undefined,
    body: html`${heading(view, title, model.purpose)}${summary(view, model, look)}
${model.reason === 'required' && html`<p class="lead">${text.why}</p>`}
${form(model, [person(view, model.username), steps, code, name, mainButton(text.submit), setupWays(view, model.otherWays ?? []), later, waysOut(view, { mayCancel: model.mayCancel })])}`,
  });
};
