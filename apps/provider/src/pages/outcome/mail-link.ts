import { html } from '../html.ts';
import { layout } from '../layout.ts';
import { form, heading, mainButton, summary } from '../parts.ts';
import type { ConfirmEmailModel, LinkOutcomeModel } from '../password-models.ts';
import type { Page } from '../view.ts';
import { wayBack } from './way-back.ts';

/** How following a link of a mail ended. */
export const linkOutcome: Page<LinkOutcomeModel> = ({ outcome, back }, view) => {
  const text = view.messages.linkOutcome[outcome];
  return layout(view, {
    title: text.title,
    body: html`${heading(view, text.title)}<p class="lead">${text.advice}</p>${wayBack(view, back)}`,
  });
};

/** Opening a link changes nothing, because mail scanners open links too: the button does. */
export const confirmEmail: Page<ConfirmEmailModel> = (model, view) => {
  const text = view.messages.confirmEmail;
  return layout(view, {
    title: text.title,
    problem: model.problem !== undefined,
    body: html`${heading(view, text.title)}${summary(view, model)}
<p class="lead">${text.lead(model.email)}</p>${form(model, mainButton(text.submit))}`,
  });
};
