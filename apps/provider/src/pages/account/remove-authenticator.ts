import { html } from '../html.ts';
import { layout } from '../layout.ts';
import type { RemoveAuthenticatorModel } from '../models.ts';
import { form, heading, mainButton, person, sideButton, summary } from '../parts.ts';
import type { Page } from '../view.ts';

/** Names what will be lost with an authenticator. */
export const removeAuthenticator: Page<RemoveAuthenticatorModel> = (model, view) => {
  const { removeAuthenticator: text } = view.messages;
  const losses = [
    text.effect[model.kind](model.label),
    model.last && (model.required ? text.lastRequired[model.kind] : text.last[model.kind]),
    model.last && model.codesLeft > 0 && text.codes(model.codesLeft),
  ].filter((loss) => loss !== false);
  return layout(view, {
    title: text.title(model.label),
    problem: model.problem !== undefined,
    body: html`${heading(view, text.title(model.label))}${summary(view, model)}
${form(model, [
  person(view, model.username),
  html`<ul class="losses">${losses.map((loss) => html`<li>${loss}</li>`)}</ul>`,
  mainButton(text.submit),
  html`<div class="ways">${sideButton('cancel', text.keep)}</div>`,
])}`,
  });
};
