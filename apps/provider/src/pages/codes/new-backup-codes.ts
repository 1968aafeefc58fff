import { html } from '../html.ts';
import { layout } from '../layout.ts';
import type { NewBackupCodesModel } from '../models.ts';
import { form, heading, mainButton, person, sideButton, summary } from '../parts.ts';
import type { Page } from '../view.ts';

/** Before a new set is made: names what ends with it. */
export const newBackupCodes: Page<NewBackupCodesModel> = (model, view) => {
  const { newBackupCodes: text, common } = view.messages;
  return layout(view, {
    title: text.title,
    problem: model.problem !== undefined,
    body: html`${heading(view, text.title)}${summary(view, model)}
<p class="lead">${text.makes(model.count)} ${text.ends(model.left)}</p>
${form(model, [
  person(view, model.username),
  mainButton(text.submit(model.count)),
  html`<div class="ways">${sideButton(model.mayDecline ? 'later' : 'cancel', common.cancel, 'link')}</div>`,
])}`,
  });
};
