import { html } from '../html.ts';
import { layout } from '../layout.ts';
import type { ProfileModel } from '../models.ts';
import { field, form, heading, mainButton, sideButton, summary } from '../parts.ts';
import type { Page } from '../view.ts';

export const profile: Page<ProfileModel> = (model, view) => {
  const { profile: text, common } = view.messages;
  const { person } = model;
  return layout(view, {
    title: text.title,
    problem: model.problem !== undefined,
    body: html`${heading(view, text.title)}${summary(view, model)}
${form(model, [
  field(view, model, {
    name: 'first_name',
    label: text.firstName,
    kind: 'name',
    autocomplete: 'given-name',
    value: person.firstName,
  }),
  field(view, model, {
    name: 'last_name',
    label: text.lastName,
    kind: 'name',
    autocomplete: 'family-name',
    value: person.lastName,
  }),
  field(view, model, { name: 'email', label: text.email, kind: 'email', autocomplete: 'email', value: person.email }),
  mainButton(text.submit),
  html`<div class="ways">${sideButton('cancel', common.cancel, 'link')}</div>`,
])}`,
  });
};
