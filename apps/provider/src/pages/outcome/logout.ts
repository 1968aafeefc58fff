import { html } from '../html.ts';
import { layout } from '../layout.ts';
import type { LogoutModel } from '../outcome-models.ts';
import type { Page } from '../view.ts';

/** Asks before an application's request to sign out is followed (OIDC RP-Initiated Logout §2). */
export const logout: Page<LogoutModel> = (model, view) => {
  const { logout: text } = view.messages;
  const xsrf = html`<input type="hidden" name="xsrf" value="${model.xsrf}">`;
  return layout(view, {
    title: text.title,
    body: html`<h1>${text.title}</h1>
<p class="lead">${model.app ? text.from(model.app) : text.advice}</p>
<form method="post" action="${model.action}">${xsrf}<input type="hidden" name="logout" value="yes">
<button type="submit" class="main" name="action" value="continue">${text.submit}</button></form>
<form method="post" action="${model.action}">${xsrf}
<button type="submit" class="second" name="action" value="cancel">${text.stay}</button></form>`,
  });
};
