import { html } from '../html.ts';
import { layout } from '../layout.ts';
import type { RenamePasskeyModel } from '../models.ts';
import { field, form, heading, mainButton, person, summary, waysOut } from '../parts.ts';
import type { Page } from '../view.ts';

/** Another name for a passkey or security key. */
export const renamePasskey: Page<RenamePasskeyModel> = (model, view) => {
  const { renamePasskey: text, enrolWebauthn } = view.messages;
  const name = field(view, model, {
    name: 'label',
    label: enrolWebauthn.name,
    kind: 'name',
    autocomplete: 'off',
    value: model.label,
    first: true,
  });
  return layout(view, {
    title: text.title,
    problem: model.problem !== undefined,
    body: html`${heading(view, text.title)}${summary(view, model)}
${form(model, [person(view, model.username), name, mainButton(text.submit), waysOut(view, { mayCancel: true })])}`,
  });
};
