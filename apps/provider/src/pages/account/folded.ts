import { type Html, html } from '../html.ts';
import type { View } from '../view.ts';

/** How many rows stand open. */
const OPEN = 3;

/** Rows of a list of which the first few stand open, so that a long one does not bury what comes after it. */
export function folded(rows: readonly Html[], view: View): Html {
  const rest = rows.slice(OPEN);
  return html`<ul class="rows">${rows.slice(0, OPEN)}</ul>${
    rest.length > 0 &&
    html`<details><summary>${view.messages.account.more(rest.length)}</summary><ul class="rows">${rest}</ul></details>`
  }`;
}
