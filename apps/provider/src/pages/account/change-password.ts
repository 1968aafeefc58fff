import { html } from '../html.ts';
import { layout } from '../layout.ts';
import { field, form, heading, mainButton, person, sideButton, summary } from '../parts.ts';
import type { ChangePasswordModel } from '../password-models.ts';
import type { Page } from '../view.ts';

/** A new password: on the account page, because it has to be changed, or after a link in a mail. */
export const changePassword: Page<ChangePasswordModel> = (model, view) => {
  const { changePassword: text, common } = view.messages;
  const title = text.title[model.reason];
  const why = model.reason === 'asked' ? undefined : text.why[model.reason];
  return layout(view, {
    title,
    problem: model.problem !== undefined,
    body: html`${heading(view, title, model.purpose)}${summary(view, model)}${why && html`<p class="lead">${why}</p>`}
${form(model, [
  person(view, model.username),
  field(view, model, {
    name: 'new_password',
    label: text.next,
    hint: text.hint(model.minLength),
    kind: 'secret',
    autocomplete: 'new-password',
    first: true,
  }),
  field(view, model, {
    name: 'new_password_again',
    label: text.again,
    kind: 'secret',
    autocomplete: 'new-password',
  }),
  mainButton(text.submit),
  model.reason !== 'reset' &&
    html`<div class="ways">${sideButton(model.mayDecline ? 'later' : 'cancel', common.cancel, 'link')}</div>`,
])}`,
  });
};
