import { sampleCode, when } from '../format.ts';
import { html } from '../html.ts';
import { layout } from '../layout.ts';
import type { ConfirmBackupCodesModel } from '../models.ts';
import { field, form, heading, mainButton, sideButton, summary, waysOut } from '../parts.ts';
import type { Page } from '../view.ts';

/** The set was shown already and never is again: type one back, or make another. */
export const confirmBackupCodes: Page<ConfirmBackupCodesModel> = (model, view) => {
  const { confirmBackupCodes: text } = view.messages;
  const look = { sample: sampleCode(model.groups, model.groupLength) };
  const input = field(
    view,
    model,
    { name: 'confirm_code', label: text.label, kind: 'code', autocomplete: 'off', first: true },
    look,
  );
  const again = html`<div class="ways"><p class="hint">${text.notSaved}</p>${sideButton('try:new_codes', text.newCodes)}</div>`;
  return layout(view, {
    title: text.title,
    problem: model.problem !== undefined,
    body: html`${heading(view, text.title, model.purpose)}${summary(view, model, look)}
<p class="lead">${text.shown(when(view, model.createdAt))}${model.replaces && html` ${text.replaces}`}</p>
${form(model, [input, mainButton(text.submit), again, waysOut(view, model)])}`,
  });
};
