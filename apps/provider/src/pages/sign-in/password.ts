import { html } from '../html.ts';
import { layout } from '../layout.ts';
import type { PasswordModel } from '../models.ts';
import { field, form, heading, hidden, mainButton, person, summary, waysOut } from '../parts.ts';
import type { Page } from '../view.ts';
import { passkeyButton } from './passkey.ts';

/** Password of a known person: re-authentication, or the fresh proof before a change. */
export const password: Page<PasswordModel> = (model, view) => {
  const { password: text, common } = view.messages;
  const input = field(view, model, {
    name: 'password',
    label: text.label,
    kind: 'secret',
    autocomplete: 'current-password',
    first: true,
  });
  const passkey =
    model.passkey &&
    passkeyButton(view, model.passkey, {
      action: 'passkey',
      ceremony: 'get',
      text: view.messages.passkey.signInWith,
      withoutScript: false,
    });
  return layout(view, {
    title: text.title,
    problem: model.problem !== undefined,
    passkey: model.passkey !== undefined,
    body: html`${heading(view, text.title, model.purpose)}${summary(view, model)}
${form(model, [
  person(view, model.username, model.maySwitch ? text.notYou : undefined),
  input,
  mainButton(common.continue),
  passkey,
  waysOut(view, model),
])}
${model.maySwitch && html`<form id="switch" method="post" action="">${hidden(model)}</form>`}`,
  });
};
