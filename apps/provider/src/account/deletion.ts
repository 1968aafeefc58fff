import { AppError } from '@sparekey/contracts';
import * as pages from '../pages/index.ts';
import { deleteAccount, mayDelete } from './operations/deletion.ts';
import { type AccountRequest, accountForm, acting, requireAssurance, respond, seeOther } from './session.ts';

/** The end of the account: a fresh proof, then the username typed. */
export async function deleteAccountPage(request: AccountRequest): Promise<void> {
  const { ctx, person, view, csrf, paths } = request;
  if (!mayDelete(request)) {
    const publicMessage = view.messages.deleteAccount.notAllowed;
    throw new AppError('forbidden', 'the policy lets nobody delete their account', { publicMessage });
  }
  if (!(await requireAssurance(request, 'delete'))) return;
  const show = (status: number, problem?: pages.FormProblem) => {
    const model = { csrf, step: 'delete_account', ...(problem ? { problem } : {}), username: person.username };
    respond(ctx, pages.deleteAccount(model, view), status);
  };
  if (ctx.method !== 'POST') return show(200);
  const form = await accountForm(request);
  if (form.get('action') === 'cancel') return seeOther(ctx, paths.overview);
  const typed = form.get('username');
  if (typed.trim() === '') return show(422, { kind: 'missing', field: 'username' });
  const outcome = await deleteAccount(acting(request), typed);
  if (outcome === 'wrong_name') return show(422, { kind: 'not_own_username' });
  if (outcome === 'last_administrator') return show(409, { kind: 'last_administrator' });
  respond(ctx, pages.accountDeleted({}, view));
}
