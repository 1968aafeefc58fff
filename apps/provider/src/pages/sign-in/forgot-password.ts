import { html } from '../html.ts';
import { layout } from '../layout.ts';
import { field, form, heading, mainButton, sideButton, summary } from '../parts.ts';
import type { ForgotPasswordModel, ResetSentModel } from '../password-models.ts';
import type { Page } from '../view.ts';

/** Which account a link is wanted for. */
export const forgotPassword: Page<ForgotPasswordModel> = (model, view) => {
  const { forgotPassword: text, signIn, common } = view.messages;
  return layout(view, {
    title: text.title,
    problem: model.problem !== undefined,
    body: html`${heading(view, text.title, model.purpose)}${summary(view, model)}
<p class="lead">${text.lead}</p>
${form(model, [
  field(view, model, {
    name: 'username',
    label: signIn.username,
    kind: 'text',
    autocomplete: 'username',
    value: model.username,
    first: true,
  }),
  mainButton(text.submit),
  html`<div class="ways">${sideButton('cancel', common.back, 'link')}</div>`,
])}`,
  });
};

/** One answer for known, unknown, disabled and locked people alike. */
export const resetSent: Page<ResetSentModel> = (model, view) => {
  const { forgotPassword: text, common } = view.messages;
  return layout(view, {
    title: text.sentTitle,
    body: html`${heading(view, text.sentTitle, model.purpose)}
<p class="lead">${text.sent(common.duration(model.minutes * 60))}</p>
<p>${text.nothingCame}</p>
${form(model, html`<div class="ways">${sideButton('cancel', text.backToSignIn, 'link')}</div>`)}`,
  });
};
