import { moment } from '../format.ts';
import { html } from '../html.ts';
import { layout } from '../layout.ts';
import type { CoolDownModel } from '../models.ts';
import { form, heading, mainButton, person, summary, waysOut } from '../parts.ts';
import type { Page } from '../view.ts';

/** A recovery waits: until when, who was told, how to stop it, who can help. Never why: that would teach what to fake. */
export const coolDown: Page<CoolDownModel> = (model, view) => {
  const { coolDown: text } = view.messages;
  const wait = model.until === undefined ? text.forAdministrator : text.until(moment(view, model.until));
  return layout(view, {
    title: model.over ? text.overTitle : text.title,
    problem: model.problem !== undefined,
    body: html`${heading(view, model.over ? text.overTitle : text.title, model.purpose)}${summary(view, model)}
<p class="lead" role="status"><strong>${model.over ? text.over : wait}</strong> ${!model.over && text.why}</p>
${
  !model.over &&
  html`<div class="aside"><ul><li>${text.leave}</li>${
    model.sentTo.length > 0 && html`<li>${text.sentTo(model.sentTo.join(', '))}</li>`
  }<li>${text.help}</li>${model.sentTo.length === 0 && html`<li>${text.notYou}</li>`}</ul></div>`
}
${form(model, [person(view, model.username), mainButton(model.over ? text.goOn : text.look), waysOut(view, model)])}`,
  });
};
