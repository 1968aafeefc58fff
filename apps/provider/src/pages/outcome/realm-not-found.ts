import { html } from '../html.ts';
import { layout } from '../layout.ts';
import type { RealmNotFoundModel } from '../outcome-models.ts';
import type { Page } from '../view.ts';

/** The address names no realm, or one that is switched off: the two look the same. */
export const realmNotFound: Page<RealmNotFoundModel> = (model, view) => {
  const { realmNotFound: text, error } = view.messages;
  return layout(view, {
    title: text.title,
    problem: true,
    body: html`<h1>${text.title}</h1>
<p class="lead" role="alert">${text.advice}</p>
<p class="hint reference">${error.reference} <code>${model.requestId}</code></p>`,
  });
};
