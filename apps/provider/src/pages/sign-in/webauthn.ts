import { html } from '../html.ts';
import { layout } from '../layout.ts';
import type { WebauthnModel } from '../models.ts';
import { form, heading, person, summary, trustBox, waysOut } from '../parts.ts';
import type { Page } from '../view.ts';
import { passkeyButton } from './passkey.ts';

/** A passkey or security key after the password. */
export const webauthn: Page<WebauthnModel> = (model, view) => {
  const { passkey: text } = view.messages;
  const [device, ...more] = model.devices;
  const named = device !== undefined && more.length === 0 ? device : undefined;
  const button = passkeyButton(view, model, {
    action: 'continue',
    ceremony: 'get',
    text: text.use,
    withoutScript: true,
  });
  return layout(view, {
    title: text.title,
    problem: model.problem !== undefined,
    passkey: true,
    body: html`${heading(view, text.title, model.purpose)}${summary(view, model)}
<p class="lead">${text.lead(named)}</p>
${form(model, [person(view, model.username), trustBox(view, model.trustDays), button, waysOut(view, model)])}`,
  });
};
