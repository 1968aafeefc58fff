import { html } from '../html.ts';
import { layout } from '../layout.ts';
import type { ChangePasswordModel } from '../models.ts';
import { field, form, heading, mainButton, person, sideButton, summary } from '../parts.ts';
import type { Page } from '../view.ts';

export const changePassword: Page<ChangePasswordModel> = (model, view) => {
  const { changePassword: text, common } = view.messages;
  const current =
    model.asksCurrent &&
    field(view, model, {
      name: 'password',
      label: text.current,
      kind: 'secret',
      autocomplete: 'current-password',
      first: true,
    });
  return layout(view, {
    title: text.title,
    problem: model.problem !== undefined,
    body: html`${heading(view, text.title)}${summary(view, model)}
${form(model, [
  person(view, model.username),
  current,
  field(view, model, {
    name: 'new_password',
    label: text.next,
    hint: text.hint(model.minLength),
    kind: 'secret',
    autocomplete: 'new-password',
    first: !model.asksCurrent,
  }),
  field(view, model, {
    name: 'new_password_again',
    label: text.again,
    kind: 'secret',
    autocomplete: 'new-password',
  }),
  mainButton(text.submit),
  html`<div class="ways">${sideButton('cancel', common.cancel, 'link')}</div>`,
])}`,
  });
};
