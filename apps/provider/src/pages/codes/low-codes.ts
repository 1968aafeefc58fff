import { date } from '../format.ts';
import { html } from '../html.ts';
import { layout } from '../layout.ts';
import type { LowCodesModel } from '../models.ts';
import { form, heading, mainButton, sideButton, summary } from '../parts.ts';
import type { Page } from '../view.ts';

/** Few codes are left, or their set ends soon: a new set now, or later where that is allowed. */
export const lowCodes: Page<LowCodesModel> = (model, view) => {
  const { lowCodes: text } = view.messages;
  const ends = date(view, model.expiresAt);
  const soon = model.why === 'expiring';
  const title = soon ? text.expiring(ends) : text.title(model.left);
  return layout(view, {
    title,
    problem: model.problem !== undefined,
    body: html`${heading(view, title, model.purpose)}${summary(view, model)}
<p class="lead">${text.advice}${!soon && model.left > 0 && html` ${text.expires(ends)}`}</p>
${form(model, [
  mainButton(text.makeNew),
  model.mayPutOff && html`<div class="ways">${sideButton('later', text.later)}</div>`,
])}`,
  });
};
