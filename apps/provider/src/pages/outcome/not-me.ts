import { html } from '../html.ts';
import { layout } from '../layout.ts';
import type { NotMeModel } from '../message-models.ts';
import { form, mainButton } from '../parts.ts';
import type { Page } from '../view.ts';

/** "This wasn't me": says what will happen and asks; mail scanners that open the link change nothing. */
export const notMe: Page<NotMeModel> = (model, view) => {
  const { notMe: text } = view.messages;
  if (model.state === 'gone') {
    return layout(view, {
      title: text.goneTitle,
      problem: true,
      body: html`<h1>${text.goneTitle}</h1>
<p class="lead" role="alert">${text.gone}</p>
<p><a class="button main" href="${view.realm.path}/account">${text.signIn}</a></p>`,
    });
  }
  if (model.state === 'done') {
    return layout(view, {
      title: text.doneTitle,
      body: html`<h1>${text.doneTitle}</h1>
<p class="lead" role="status">${text.done}</p>
<p><a class="button main" href="${view.realm.path}/account">${text.signIn}</a></p>`,
    });
  }
  return layout(view, {
    title: text.title,
    body: html`<h1>${text.title}</h1>
<p class="lead">${text.advice}</p>
<ul>${text.effects.map((effect) => html`<li>${effect}</li>`)}</ul>
${form(model, mainButton(text.submit))}
<p>${text.nothing}</p>`,
  });
};
