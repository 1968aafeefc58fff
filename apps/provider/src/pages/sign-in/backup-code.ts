import { sampleCode } from '../format.ts';
import { html } from '../html.ts';
import { layout } from '../layout.ts';
import type { BackupCodeModel } from '../models.ts';
import { field, form, heading, mainButton, person, summary, waysOut } from '../parts.ts';
import type { Page } from '../view.ts';

/** One backup code instead of the lost device: what it looks like, and where it may be found. */
export const backupCode: Page<BackupCodeModel> = (model, view) => {
  const { backupCode: text, common } = view.messages;
  const look = { sample: sampleCode(model.groups, model.groupLength) };
  const input = field(
    view,
    model,
    {
      name: 'backup_code',
      label: model.number === undefined ? text.label : text.labelOf(model.number),
      hint: model.number === undefined ? text.hint(look.sample) : text.hintOf(model.number, look.sample),
      kind: 'code',
      autocomplete: 'off',
      first: true,
    },
    look,
  );
  const places = html`<div class="aside"><p>${text.whereTitle}</p><ul>${text.where.map((place) => html`<li>${place}</li>`)}</ul></div>`;
  return layout(view, {
    title: text.title,
    problem: model.problem !== undefined,
    body: html`${heading(view, text.title, model.purpose)}${summary(view, model, look)}
${form(model, [person(view, model.username), input, mainButton(common.continue), places, waysOut(view, model)])}`,
  });
};
