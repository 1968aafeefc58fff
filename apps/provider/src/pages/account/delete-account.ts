import { html } from '../html.ts';
import { layout } from '../layout.ts';
import type { DeleteAccountModel } from '../models.ts';
import { field, form, heading, mainButton, sideButton, summary } from '../parts.ts';
import type { Page } from '../view.ts';

/** Names what is lost for good, and asks for the username: nobody types that by accident. */
export const deleteAccount: Page<DeleteAccountModel> = (model, view) => {
  const { deleteAccount: text, common } = view.messages;
  return layout(view, {
    title: text.title,
    problem: model.problem !== undefined,
    body: html`${heading(view, text.title)}${summary(view, model)}
<p class="lead">${text.lead}</p><ul class="losses">${text.losses.map((loss) => html`<li>${loss}</li>`)}</ul>
${form(model, [
  field(view, model, {
    name: 'username',
    label: text.type(model.username),
    kind: 'text',
    autocomplete: 'off',
  }),
  mainButton(text.submit),
  html`<div class="ways">${sideButton('cancel', common.cancel)}</div>`,
])}`,
  });
};

/** After it: nothing is left to go back to. */
export const accountDeleted: Page<Record<string, never>> = (_model, view) => {
  const { deleteAccount: text } = view.messages;
  return layout(view, {
    title: text.doneTitle,
    body: html`<h1>${text.doneTitle}</h1><p role="status">${text.done}</p>`,
  });
};
