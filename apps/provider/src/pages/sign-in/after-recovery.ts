import { attrs, type Html, html } from '../html.ts';
import { layout } from '../layout.ts';
import type { AfterRecoveryModel } from '../models.ts';
import { form, heading, mainButton, sideButton, summary } from '../parts.ts';
import type { Page, View } from '../view.ts';

function option(value: string, label: string): Html {
  return html`<label class="choice"><input type="radio" name="lost" value="${value}"><span>${label}</span></label>`;
}

/** Which device is gone; asked only where there is more than one. */
function whichDevice({ devices, problem }: AfterRecoveryModel, view: View): Html | undefined {
  const { afterRecovery: text } = view.messages;
  if (devices.length < 2) return undefined;
  const missing = problem?.kind === 'missing' && problem.field === 'lost';
  return html`<fieldset ${attrs({ class: missing ? 'field invalid' : 'field', 'aria-describedby': missing ? 'problem' : undefined })}><legend>${text.which}</legend>
${devices.map(({ id, label, kind }) => option(id, label || text.kind[kind]))}
${option('all', text.all)}</fieldset>`;
}

/** Tells how many codes are left, asks which device is lost, names what ends with it, and presses to replace it. */
export const afterRecovery: Page<AfterRecoveryModel> = (model, view) => {
  const { afterRecovery: text } = view.messages;
  const device = model.devices.length === 1 ? model.devices[0]?.label : undefined;
  const later =
    model.mayPutOff &&
    html`<div class="ways">${sideButton('later', text.later)}<p class="hint">${text.laterMeans}</p></div>`;
  const title = model.byPass ? text.passTitle : text.title;
  return layout(view, {
    title,
    problem: model.problem !== undefined,
    body: html`${heading(view, title, model.purpose)}${summary(view, model)}
<p class="lead">${!model.byPass && html`<strong>${text.left(model.left)}</strong> `}${text.advice(device)}</p>
${form(model, [whichDevice(model, view), html`<p class="hint">${text.ends}</p>`, mainButton(text.setUp), later])}`,
  });
};
