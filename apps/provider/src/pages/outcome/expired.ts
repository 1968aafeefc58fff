import { html } from '../html.ts';
import { layout } from '../layout.ts';
import type { ExpiredModel } from '../models.ts';
import type { Page } from '../view.ts';
import { wayBack } from './way-back.ts';

/** A sign-in that took too long or was finished elsewhere. */
export const expired: Page<ExpiredModel> = (model, view) => {
  const { expired: text } = view.messages;
  return layout(view, {
    title: text.title,
    problem: true,
    body: html`<h1>${text.title}</h1>
<p class="lead" role="alert">${text.advice}${!model.back && html` ${text.noWayBack}`}</p>
${wayBack(view, model.back, text.startAgain)}`,
  });
};
