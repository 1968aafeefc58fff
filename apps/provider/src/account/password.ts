import * as pages from '../pages/index.ts';
import { readNewPassword } from '../passwords/new-password.ts';
import * as operations from './operations/index.ts';
import { type AccountRequest, accountForm, acting, requireAssurance, respond, seeOther } from './session.ts';

/** A new password, after a fresh proof with all factors; every other session ends. */
export async function changePassword(request: AccountRequest): Promise<void> {
  const { ctx, services, realm, person, view, csrf, paths } = request;
  if (!(await requireAssurance(request, 'password'))) return;
  const { minLength } = realm.realm.policy.password;
  const model = { csrf, step: 'password', username: person.username, minLength, reason: 'asked' } as const;
  if (ctx.method !== 'POST') return respond(ctx, pages.changePassword(model, view));

  const form = await accountForm(request);
  if (form.get('action') === 'cancel') return seeOther(ctx, paths.overview);
  const wanted = await readNewPassword(services, realm, person, form);
  if ('problem' in wanted) return respond(ctx, pages.changePassword({ ...model, problem: wanted.problem }, view), 422);
  await operations.changePassword(acting(request), wanted);
  seeOther(ctx, `${paths.overview}?notice=password_changed`);
}
