import { html } from '../html.ts';
import { layout } from '../layout.ts';
import type { LockedModel } from '../models.ts';
import { form, heading, waysOut } from '../parts.ts';
import type { Page } from '../view.ts';

/** An honest wait, the same for people who do not exist. */
export const locked: Page<LockedModel> = (model, view) => {
  const { locked: text, common } = view.messages;
  const advice = model.waitSeconds === undefined ? text.stopped : text.wait(common.duration(model.waitSeconds));
  return layout(view, {
    title: text.title,
    problem: true,
    body: html`${heading(view, text.title, model.purpose)}
<div class="alert" role="alert" id="problem" tabindex="-1" autofocus><strong>${advice}</strong></div>
${model.waitSeconds !== undefined && html`<p class="lead">${text.why}</p><p><a class="button main" href="?${view.query}">${text.again}</a></p>`}
${form(model, waysOut(view, model))}`,
  });
};
