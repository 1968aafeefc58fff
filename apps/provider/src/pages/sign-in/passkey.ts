import { attrs, type Html, html } from '../html.ts';
import type { Passkey } from '../models.ts';
import type { View } from '../view.ts';

/** What the browser does when the button is pressed, and whether it also offers passkeys in a field by itself. */
export type Ceremony = 'get' | 'create' | 'get-or-autofill';

/**
 * The button that asks for a passkey, with everything the script needs: options, and words for every way in which a
 * browser fails. Without a script it does not show; `withoutScript` says so where there is nothing else on the page.
 */
export function passkeyButton(
  view: View,
  { options }: Passkey,
  button: { action: 'continue' | 'passkey'; ceremony: Ceremony; text: string; withoutScript: boolean },
): Html {
  const { passkey: text } = view.messages;
  const failures = button.ceremony === 'create' ? text.createFailures : text.getFailures;
  const data = attrs({
    'data-passkey': button.ceremony,
    'data-options': JSON.stringify(options),
    'data-failures': JSON.stringify(failures),
    'data-error': view.messages.common.errorTitle(''),
  });
  const look = button.action === 'continue' ? 'main' : 'second';
  return html`<input type="hidden" name="webauthn" value="">
${button.withoutScript && html`<noscript><p class="alert">${text.needsScript}</p></noscript>`}
<button type="submit" class="${look} needs-script" name="action" value="${button.action}" ${data}>${button.text}</button>`;
}
