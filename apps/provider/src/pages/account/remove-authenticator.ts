import { html } from '../html.ts';
import { layout } from '../layout.ts';
import type { RemoveAuthenticatorModel } from '../models.ts';
import { form, heading, mainButton, person, sideButton, summary } from '../parts.ts';
import { accountPaths } from '../paths.ts';
import type { Page } from '../view.ts';

/** Names what will be lost with an authenticator; the last one where one is required is kept, and another asked for. */
export const removeAuthenticator: Page<RemoveAuthenticatorModel> = (model, view) => {
  const { removeAuthenticator: text } = view.messages;
  const kept = model.last && model.required;
  const losses = [
    text.effect[model.kind](model.label),
    model.last && text.last[model.kind],
    model.last && model.codesLeft > 0 && text.codes(model.codesLeft),
  ].filter((loss) => loss !== false);
  const act = kept
    ? html`<p><a class="button main" href="${accountPaths(view.realm.path).newAuthenticator}">${text.addFirst}</a></p>`
    : mainButton(text.submit);
  return layout(view, {
    title: text.title(model.label),
    problem: model.problem !== undefined,
    body: html`${heading(view, text.title(model.label))}${summary(view, model)}
${form(model, [
  person(view, model.username),
  kept
    ? html`<p class="lead">${text.lastRequired}</p>`
    : html`<ul class="losses">${losses.map((loss) => html`<li>${loss}</li>`)}</ul>`,
  act,
  html`<div class="ways">${sideButton('cancel', text.keep)}</div>`,
])}`,
  });
};
