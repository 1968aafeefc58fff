import { html } from '../html.ts';
import { layout } from '../layout.ts';
import type { SignInModel } from '../models.ts';
import { field, form, heading, mainButton, summary, waysOut } from '../parts.ts';
import type { Page } from '../view.ts';
import { passkeyButton } from './passkey.ts';

/** Username and password on one page, and a passkey without either. */
export const signIn: Page<SignInModel> = (model, view) => {
  const { signIn: text } = view.messages;
  const fields = [
    field(view, model, {
      name: 'username',
      label: text.username,
      kind: 'text',
      // Browsers list passkeys among the names (conditional mediation): nobody has to know that they have one.
      autocomplete: model.passkey ? 'username webauthn' : 'username',
      value: model.username,
      first: model.username === '',
    }),
    field(view, model, {
      name: 'password',
      label: text.password,
      kind: 'secret',
      autocomplete: 'current-password',
      first: model.username !== '',
    }),
  ];
  const passkey =
    model.passkey &&
    passkeyButton(view, model.passkey, {
      action: 'passkey',
      ceremony: 'get-or-autofill',
      text: view.messages.passkey.signInWith,
      withoutScript: false,
    });
  const forgot = model.forgotPath && html`<p><a class="button link" href="${model.forgotPath}">${text.forgot}</a></p>`;
  return layout(view, {
    title: text.title,
    problem: model.problem !== undefined,
    passkey: model.passkey !== undefined,
    body: html`${heading(view, text.title, model.purpose)}${summary(view, model)}
${form(model, [fields, mainButton(text.submit), forgot, passkey, waysOut(view, model, { email: text.lostPasskey })])}`,
  });
};
