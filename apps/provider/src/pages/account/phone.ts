import { html } from '../html.ts';
import { layout } from '../layout.ts';
import type { PhoneCodeModel, PhoneModel } from '../models.ts';
import { field, form, heading, mainButton, person, sideButton, summary } from '../parts.ts';
import type { Page } from '../view.ts';

/** Add, change or remove the phone number. */
export const phone: Page<PhoneModel> = (model, view) => {
  const { phone: text, common } = view.messages;
  const title = model.current === undefined ? text.add : text.change;
  return layout(view, {
    title,
    problem: model.problem !== undefined,
    body: html`${heading(view, title)}${summary(view, model)}
<p class="lead">${model.maySet ? text.lead : text.notAvailable}</p>
${form(model, [
  person(view, model.username),
  model.maySet && [
    field(view, model, {
      name: 'phone_number',
      label: text.number,
      hint: text.hint,
      kind: 'tel',
      autocomplete: 'tel',
      value: model.typed,
      first: true,
    }),
    model.waitHours > 0 && html`<p class="hint">${text.wait(model.waitHours)}</p>`,
    mainButton(text.send),
  ],
  html`<div class="ways">${model.current !== undefined && sideButton('remove', text.remove(model.current))}${sideButton('cancel', common.cancel, 'link')}</div>`,
])}`,
  });
};

/** The code that was sent to the number. */
export const phoneCode: Page<PhoneCodeModel> = (model, view) => {
  const { phone: text, common } = view.messages;
  return layout(view, {
    title: text.codeTitle,
    problem: model.problem !== undefined,
    body: html`${heading(view, text.codeTitle)}${summary(view, model, { digits: model.digits })}
<p class="lead">${text.sent(model.number)}</p>
${form(model, [
  person(view, model.username),
  html`<input type="hidden" name="phone_number" value="${model.number}">`,
  field(
    view,
    model,
    { name: 'sms_code', label: text.code, kind: 'digits', autocomplete: 'one-time-code', first: true },
    { digits: model.digits },
  ),
  mainButton(common.continue),
  html`<div class="ways">${sideButton('resend', text.again)}${sideButton('cancel', common.cancel, 'link')}</div>`,
])}`,
  });
};
