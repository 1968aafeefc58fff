import { html } from '../html.ts';
import { layout } from '../layout.ts';
import type { EnrolWebauthnModel } from '../models.ts';
import { field, form, heading, person, setupWays, sideButton, summary, waysOut } from '../parts.ts';
import type { Page } from '../view.ts';
import { passkeyButton } from './passkey.ts';

/** A new passkey or security key: the browser and the device ask for the rest. */
export const enrolWebauthn: Page<EnrolWebauthnModel> = (model, view) => {
  const { enrolWebauthn: text, afterRecovery, common } = view.messages;
  const title = text.title[model.reason];
  const name = field(view, model, {
    name: 'label',
    label: text.name,
    hint: text.nameHint,
    optional: true,
    kind: 'name',
    autocomplete: 'off',
    value: model.label,
  });
  const button = passkeyButton(view, model, {
    action: 'continue',
    ceremony: 'create',
    text: text.submit,
    withoutScript: true,
  });
  const later =
    model.mayPutOff &&
    html`<div class="ways">${sideButton('later', common.later)}<p class="hint">${afterRecovery.laterMeans}</p></div>`;
  return layout(view, {
    title,
    problem: model.problem !== undefined,
    passkey: true,
    body: html`${heading(view, title, model.purpose)}${summary(view, model)}
<p class="lead">${text.what}</p>
${form(model, [
  person(view, model.username),
  name,
  button,
  setupWays(view, model.otherWays),
  later,
  waysOut(view, { mayCancel: model.mayCancel }),
])}`,
  });
};
