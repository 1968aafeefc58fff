import { html } from '../html.ts';
import { layout } from '../layout.ts';
import type { ErrorModel } from '../models.ts';
import type { Page } from '../view.ts';
import { wayBack } from './way-back.ts';

/** What went wrong, what to do next, and the number to tell the help desk. */
export const error: Page<ErrorModel> = (model, view) => {
  const { error: text, common } = view.messages;
  const { title, advice } = text.of(model.code);
  const retry = model.retryAfterSeconds !== undefined && text.retryIn(common.duration(model.retryAfterSeconds));
  return layout(view, {
    title,
    problem: true,
    body: html`<h1>${title}</h1>
<p class="lead" role="alert">${model.publicMessage && html`${model.publicMessage} `}${retry || advice}</p>
${wayBack(view, model.back)}
<p class="hint reference">${text.reference} <code>${model.requestId}</code></p>`,
  });
};
