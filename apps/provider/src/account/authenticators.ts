import { AppError } from '@sparekey/contracts';
import { heldSecondFactors } from '../authenticators/held.ts';
import { endCodesWithoutFactor, removeSecondFactor } from '../authenticators/remove.ts';
import { enrolTotp } from '../authenticators/totp.ts';
import * as pages from '../pages/index.ts';
import { type AccountRequest, accountForm, requireAssurance, respond, seeOther } from './session.ts';

/** Another authenticator app. A recovery session may do this too: it is how a lost device is replaced later. */
export async function newAuthenticator(request: AccountRequest): Promise<void> {
  const { ctx, services, realm, person, view, csrf, paths } = request;
  if (!(await requireAssurance(request, 'fresh_or_recovery'))) return;
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
  const entry = await enrolTotp.check(services, realm, person, form);
  if ('problem' in entry) return show(422, form.get('label'), entry.problem);
  const by = { origin: services.originOf(ctx) };
  const enrolled = await services.storage.transaction(async (stores) => {
    const confirmed = await enrolTotp.confirm(stores, realm, person, entry, by);
    if (confirmed) await stores.devices.distrustAll(realm.realm.id, person.id);
    return confirmed;
  });
  if (!enrolled) return show(422, entry.label, { kind: 'wrong_otp' });
  const codes = await services.storage.stores.backupCodes.active(realm.realm.id, person.id);
  const codesWanted = realm.realm.policy.backupCodes.required === 'with_second_factor' && codes === undefined;
  seeOther(ctx, codesWanted ? paths.backupCodes : `${paths.overview}?notice=authenticator_added`);
}

/** Removes one of any kind. Backup codes end with the last second factor: they only ever stand in for one. */
export async function removeAuthenticator(request: AccountRequest, id: string): Promise<void> {
  const { ctx, services, realm, person, view, csrf, paths, session } = request;
  const { storage } = services;
  const held = await heldSecondFactors(services, storage.stores, realm.realm.id, person.id);
  const target = held.find((each) => each.id === id);
  if (target === undefined) throw new AppError('not_found', 'no such authenticator of this person');
  if (!(await requireAssurance(request, 'fresh'))) return;
  if (ctx.method !== 'POST') {
    const codes = await storage.stores.backupCodes.active(realm.realm.id, person.id);
    const model = {
      csrf,
      step: 'remove_authenticator',
      username: person.username,
      kind: target.kind === 'webauthn' ? ('webauthn' as const) : ('totp' as const),
      label: target.label,
      last: held.length === 1,
      codesLeft: codes?.left ?? 0,
      required: realm.realm.policy.secondFactor.required === 'required',
    };
    return respond(ctx, pages.removeAuthenticator(model, view));
  }
  const form = await accountForm(request);
  if (form.get('action') === 'cancel') return seeOther(ctx, paths.overview);
  const by = { origin: services.originOf(ctx), sessionUid: session.uid };
  await storage.transaction(async (stores) => {
    if (!(await removeSecondFactor(stores, realm, person, target, by))) return;
    await stores.devices.distrustAll(realm.realm.id, person.id);
    await endCodesWithoutFactor(services, stores, realm, person, by);
  });
  const notice = target.kind === 'webauthn' ? 'passkey_removed' : 'authenticator_removed';
  seeOther(ctx, `${paths.overview}?notice=${notice}`);
}
