import { html } from '../html.ts';
import { layout } from '../layout.ts';
import type { ConsentModel } from '../outcome-models.ts';
import { form, heading, person, summary } from '../parts.ts';
import type { Page } from '../view.ts';

/** What an application may see, in plain words. */
export const consent: Page<ConsentModel> = (model, view) => {
  const { consent: text } = view.messages;
  const wishes = [text.identity, ...model.scopes.map(text.scope)];
  return layout(view, {
    title: text.title(model.app),
    problem: model.problem !== undefined,
    body: html`${heading(view, text.title(model.app))}${summary(view, model)}
${form(model, [
  person(view, model.username),
  html`<p class="lead">${text.wants(model.app)}</p><ul class="scopes">${wishes.map((wish) => html`<li>${wish}</li>`)}</ul>`,
  html`<button type="submit" class="main" name="action" value="allow">${text.allow}</button>
<button type="submit" class="second" name="action" value="deny">${text.deny}</button>`,
])}`,
  });
};
