import { html } from '../html.ts';
import { layout } from '../layout.ts';
import type { AfterRecoveryModel } from '../models.ts';
import { form, heading, mainButton, sideButton, summary } from '../parts.ts';
import type { Page } from '../view.ts';

/** Tells how many codes are left and presses to replace the lost device. */
export const afterRecovery: Page<AfterRecoveryModel> = (model, view) => {
  const { afterRecovery: text } = view.messages;
  const device = model.devices.length === 1 ? model.devices[0] : undefined;
  const later =
    model.mayPutOff &&
    html`<div class="ways">${sideButton('later', text.later)}<p class="hint">${text.laterMeans}</p></div>`;
  return layout(view, {
    title: text.title,
    problem: model.problem !== undefined,
    body: html`${heading(view, text.title, model.purpose)}${summary(view, model)}
<p class="lead"><strong>${text.left(model.left)}</strong> ${text.advice(device)}</p>
${form(model, [mainButton(text.setUp), later])}`,
  });
};
