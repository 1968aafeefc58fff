import { date, when } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { BackupCodesCard } from '../models.ts';
import type { View } from '../view.ts';

/** Ten dots: those left are filled. Said once in words for everybody. */
function dots(left: number, count: number): Html {
  return html`<span class="dots" aria-hidden="true">${Array.from(
    { length: count },
    (_, at) => html`<i class="${at < left ? 'left' : 'used'}"></i>`,
  )}</span>`;
}

/** How many codes are left, when they were made, until when they are good, when one was used last. */
export function codesFacts(codes: BackupCodesCard, view: View): Html {
  const { account: text } = view.messages;
  const end = date(view, codes.expiresAt);
  return html`<p class="left">${dots(codes.left, codes.count)} ${text.codesLeft(codes.left, codes.count)}</p>
<p class="hint">${text.codesMade(date(view, codes.createdAt))}, ${codes.expiresAt <= view.now ? text.codesExpired(end) : text.codesExpire(end)}, ${
    codes.lastUsedAt ? text.lastUsed(when(view, codes.lastUsedAt)) : text.neverUsed
  }</p>`;
}
