import { html } from '../html.ts';
import { layout } from '../layout.ts';
import type { SignedOutModel } from '../models.ts';
import type { Page } from '../view.ts';
import { wayBack } from './way-back.ts';

export const signedOut: Page<SignedOutModel> = (model, view) => {
  const { signedOut: text } = view.messages;
  return layout(view, {
    title: text.title,
    body: html`<h1>${text.title}</h1>
<p class="lead" role="status">${text.advice}</p>
${wayBack(view, model.back)}`,
  });
};
