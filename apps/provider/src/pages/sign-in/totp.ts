import { html } from '../html.ts';
import { layout } from '../layout.ts';
import type { TotpModel } from '../models.ts';
import { field, form, heading, mainButton, person, summary, trustBox, waysOut } from '../parts.ts';
import type { Page } from '../view.ts';

/** Code from the authenticator app, named by its device when there is one. */
export const totp: Page<TotpModel> = (model, view) => {
  const { totp: text, common } = view.messages;
  const [device, ...more] = model.devices;
  const look = { digits: model.digits };
  const input = field(
    view,
    model,
    {
      name: 'otp',
      label: device && more.length === 0 ? text.labelFrom(device) : text.label,
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
${form(model, [person(view, model.username), input, trustBox(view, model.trustDays), mainButton(common.continue), waysOut(view, model)])}`,
  });
};
