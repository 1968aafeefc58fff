import * as pages from '../pages/index.ts';
import { changeProfile } from './operations/index.ts';
import { type AccountRequest, accountForm, acting, requireAssurance, respond, seeOther } from './session.ts';

/** Name and e-mail. An address is a way to reach the person, so a change asks for a fresh proof, and for the new mailbox. */
export async function profile(request: AccountRequest): Promise<void> {
  const { ctx, person, view, csrf, paths } = request;
  if (!(await requireAssurance(request, 'profile'))) return;
  const form = { csrf, step: 'profile' };
  const { username, firstName, lastName, email } = person;
  if (ctx.method !== 'POST')
    return respond(ctx, pages.profile({ ...form, person: { username, firstName, lastName, email } }, view));

  const posted = await accountForm(request);
  if (posted.get('action') === 'cancel') return seeOther(ctx, paths.overview);
  const entry = {
    firstName: posted.get('first_name').trim() || undefined,
    lastName: posted.get('last_name').trim() || undefined,
    email: posted.get('email').trim() || undefined,
  };
  const changed = await changeProfile(acting(request), entry);
  if ('problem' in changed) {
    const { problem } = changed;
    return respond(ctx, pages.profile({ ...form, problem, person: { username, ...entry } }, view), 422);
  }
  seeOther(ctx, `${paths.overview}?notice=${changed.linkSent ? 'email_change_sent' : 'profile_saved'}`);
}
