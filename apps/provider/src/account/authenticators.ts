import { AppError } from '@sparekey/contracts';
import { mayRemove } from '@sparekey/policy';
import { heldSecondFactors } from '../authenticators/held.ts';
import { enrolTotp, enteredTotp } from '../authenticators/totp.ts';
import * as pages from '../pages/index.ts';
import { confirmTotp, hasPassword, removeFactor, requireTotpAllowed } from './operations/index.ts';
import { type AccountRequest, accountForm, acting, requireAssurance, respond, seeOther } from './session.ts';

/** Another authenticator app. A recovery session may do this too: it is how a lost device is replaced later. */
export async function newAuthenticator(request: AccountRequest): Promise<void> {
  const { ctx, services, realm, person, view, csrf, paths } = request;
  requireTotpAllowed(request);
  if (!(await requireAssurance(request, 'add_factor'))) return;
  const show = async (status: number, label: string, problem?: pages.FormProblem) => {
    const enrolment = await enrolTotp.begin(services, realm, person);
    const model = {
      csrf,
      step: 'new_authenticator',
      ...(problem ? { problem } : {}),
      username: person.username,
      ...enrolment,
      label,
      reason: 'asked' as const,
      mayPutOff: false,
      mayCancel: true,
    };
    respond(ctx, pages.enrolTotp(model, view), status);
  };
  if (ctx.method !== 'POST') return show(200, '');

  const form = await accountForm(request);
  if (form.get('action') === 'cancel') return seeOther(ctx, paths.overview);
  const entered = enteredTotp(form);
  const added = await confirmTotp(acting(request), entered);
  if ('problem' in added) return show(422, entered.label, added.problem);
  seeOther(ctx, added.codesWanted ? paths.backupCodes : `${paths.overview}?notice=authenticator_added`);
}

/** Removes one of any kind, after asking. */
export async function removeAuthenticator(request: AccountRequest, id: string): Promise<void> {
  const { ctx, services, realm, person, view, csrf, paths } = request;
  const { storage } = services;
  const held = await heldSecondFactors(services, storage.stores, realm.realm.id, person.id);
  const target = held.find((each) => each.id === id);
  if (target === undefined) throw new AppError('not_found', 'no such authenticator of this person');
  if (!(await requireAssurance(request, 'remove_factor'))) return;
  const required = request.requirement !== undefined;
  if (ctx.method !== 'POST') {
    const codes = await storage.stores.backupCodes.active(realm.realm.id, person.id);
    const ways = { held, required, hasPassword: await hasPassword(storage.stores, acting(request)) };
    const stays = !mayRemove(id, ways, request.policy);
    const model = {
      csrf,
      step: 'remove_authenticator',
      username: person.username,
      kind: target.kind === 'webauthn' ? ('webauthn' as const) : ('totp' as const),
      label: target.label,
      last: held.length === 1 || stays,
      codesLeft: codes?.left ?? 0,
      required: stays,
    };
    return respond(ctx, pages.removeAuthenticator(model, view));
  }
  const form = await accountForm(request);
  if (form.get('action') === 'cancel') return seeOther(ctx, paths.overview);
  if ((await removeFactor(acting(request), id, required)) === 'last') return seeOther(ctx, ctx.path);
  const notice = target.kind === 'webauthn' ? 'passkey_removed' : 'authenticator_removed';
  seeOther(ctx, `${paths.overview}?notice=${notice}`);
}
