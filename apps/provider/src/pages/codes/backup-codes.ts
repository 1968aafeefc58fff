import { date, spell } from '../format.ts';
import { type Html, html } from '../html.ts';
import { layout } from '../layout.ts';
import type { BackupCodesModel } from '../models.ts';
import { field, form, heading, mainButton, summary, waysOut } from '../parts.ts';
import type { Page, View } from '../view.ts';
import { textFile } from './text-file.ts';

/** The codes; printed, the same block is a card for the wallet with all that is needed to use it. */
function card(model: BackupCodesModel, view: View): Html {
  const { backupCodes: text, common } = view.messages;
  const items = model.codes.map(
    (code, index) =>
      html`<li>${model.numbered && html`<span class="number">${index + 1}.</span> `}<code data-backup-code="" aria-hidden="true">${code}</code><span class="spoken">${spell(code, common.dash)}</span></li>`,
  );
  const long = model.codes.some((code) => code.length > 11);
  const made = date(view, model.createdAt);
  const expires = date(view, model.expiresAt);
  return html`<section class="card">
<div class="print-only"><strong>${text.card.title(view.realm.displayName)}</strong>
<p>${text.card.account}: ${model.username}<br>${text.card.made}: ${made}<br>${text.card.expires}: ${expires}<br>${text.card.signIn}: ${model.signInAddress}</p></div>
<ol class="codes${long && ' long'}${model.numbered && ' numbered'}" aria-label="${text.list}">${items}</ol>
<p class="print-only">${text.card.once}</p>
<p class="hint screen-only">${text.made(made)}, ${text.expires(expires)}</p>
</section>`;
}

/** A new set, shown this once: save it, then type one of its codes back. */
export const backupCodes: Page<BackupCodesModel> = (model, view) => {
  const { backupCodes: text, common } = view.messages;
  const file = textFile(model, view);
  const keep = html`<div class="keep">
<a class="button second" download="${file.name}" href="${file.href}">${text.download}</a>
<button type="button" class="second needs-clipboard" data-copy="[data-backup-code]" data-copied="${common.copied}">${text.copy}</button>
<button type="button" class="second needs-script" data-print="">${text.print}</button>
</div>`;
  const confirm = field(view, model, {
    name: 'confirm_code',
    label: text.confirm,
    hint: text.confirmHint,
    kind: 'code',
    autocomplete: 'off',
  });
  return layout(view, {
    title: text.title,
    problem: model.problem !== undefined,
    languages: false,
    body: html`${heading(view, text.title, model.purpose)}${summary(view, model)}
<p class="lead">${model.reason === 'last' && html`${text.usedUp} `}${text.advice} <strong>${text.onlyNow}</strong>${model.replaces && html` ${text.replaces}`}</p>
${card(model, view)}${keep}
${form(model, [confirm, mainButton(text.submit), waysOut(view, model)])}`,
  });
};
