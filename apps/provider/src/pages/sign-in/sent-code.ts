import { html } from '../html.ts';
import { layout } from '../layout.ts';
import type { SentCodeModel } from '../message-models.ts';
import { field, form, heading, mainButton, person, sideButton, summary, trustBox, waysOut } from '../parts.ts';
import type { Page } from '../view.ts';

/** A code that was sent by mail or text message. */
export const sentCode: Page<SentCodeModel> = (model, view) => {
  const { sentCode: text, common } = view.messages;
  const look = { digits: model.digits };
  const sent = model.field === 'email_code' ? text.sentByMail(model.to) : text.sentBySms(model.to ?? '');
  const input = field(
    view,
    model,
    {
      name: model.field,
      label: text.label,
      hint: text.hint(model.digits),
      kind: 'digits',
      autocomplete: 'one-time-code',
      first: true,
    },
    look,
  );
  return layout(view, {
    title: text.title,
    problem: model.problem !== undefined,
    body: html`${heading(view, text.title, model.purpose)}${summary(view, model, look)}
${model.problem?.kind !== 'send_limited' && html`<p class="lead" role="status">${model.resent ? text.resent : sent}</p>`}
${form(model, [
  person(view, model.username),
  input,
  trustBox(view, model.trustDays),
  mainButton(common.continue),
  html`<p>${sideButton('resend', text.resend, 'link')}</p>`,
  waysOut(view, model),
])}`,
  });
};
