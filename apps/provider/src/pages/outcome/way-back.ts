import { html, type Value } from '../html.ts';
import type { View } from '../view.ts';

/** The button that leads back to the application, or just back. */
export function wayBack(view: View, back: { href: string; app?: string } | undefined, text?: string): Value {
  if (!back) return undefined;
  const { common } = view.messages;
  return html`<p><a class="button main" href="${back.href}">${text ?? (back.app ? common.backTo(back.app) : common.back)}</a></p>`;
}
