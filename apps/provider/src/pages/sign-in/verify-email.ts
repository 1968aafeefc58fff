import { html } from '../html.ts';
import { layout } from '../layout.ts';
import { form, heading, mainButton, sideButton, summary } from '../parts.ts';
import type { VerifyEmailModel } from '../password-models.ts';
import type { Page } from '../view.ts';

/** The address has to be verified: send a link, follow it, go on here. */
export const verifyEmail: Page<VerifyEmailModel> = (model, view) => {
  const { verifyEmail: text, common } = view.messages;
  return layout(view, {
    title: text.title,
    problem: model.problem !== undefined,
    body: html`${heading(view, text.title, model.purpose)}${summary(view, model)}
<p class="lead">${model.sent ? text.sent(model.email) : text.send(model.email)}</p>
${form(model, [
  model.sent && html`<input type="hidden" name="sent" value="1">`,
  mainButton(model.sent ? text.followed : text.submit),
  html`<div class="ways">${model.sent && sideButton('try:email', text.again)}${sideButton(model.mayDecline ? 'later' : 'cancel', common.cancel, 'link')}</div>`,
])}`,
  });
};
