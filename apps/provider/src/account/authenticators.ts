import { AppError } from '@sparekey/contracts';
import { heldSecondFactors } from '../authenticators/held.ts';
import { endCodesWithoutFactor, removeSecondFactor } from '../authenticators/remove.ts';
import { enrolTotp } from '../authenticators/totp.ts';
import * as pages from '../pages/index.ts';
import { codesRequired, enrollableKinds } from '../policy/kinds.ts';
import { type AccountRequest, accountForm, requireAssurance, respond, seeOther } from './session.ts';

/** Another authenticator app. A recovery session may do this too: it is how a lost device is replaced later. */
export async function newAuthenticator(request: AccountRequest): Promise<void> {
  const { ctx, services, realm, person, view, csrf, paths } = request;
  if (!enrollableKinds(request.policy).includes('totp')) {
    const publicMessage = 'Your organization does not allow new authenticator apps.';
    throw new AppError('forbidden', 'the policy allows no authenticator apps', { publicMessage });
  }
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
  const codesWanted = codes === undefined && codesRequired(request.policy, ['totp']);
  seeOther(ctx, codesWanted ? paths.backupCodes : `${paths.overview}?notice=authenticator_added`);
}

/** Removes one of any kind. Backup codes end with the last second factor: they only ever stand in for one.
 * The last one stays where the realm requires one; codes do not count. */
export async function removeAuthenticator(request: AccountRequest, id: string): Promise<void> {
  const { ctx, services, realm, person, view, csrf, paths, session } = request;
  const { storage } = services;
  const held = await heldSecondFactors(services, storage.stores, realm.realm.id, person.id);
  const target = held.find((each) => each.id === id);
  if (target === undefined) throw new AppError('not_found', 'no such authenticator of this person');
  if (!(await requireAssurance(request, 'remove_factor'))) return;
  const required = request.requirement !== undefined;
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
      required,
    };
    return respond(ctx, pages.removeAuthenticator(model, view));
  }
  const form = await accountForm(request);
  if (form.get('action') === 'cancel') return seeOther(ctx, paths.overview);
  const by = { origin: services.originOf(ctx), sessionUid: session.uid };
  const removed = await storage.transaction(async (stores) => {
    // Two removals at once must not each take the other's device for the one that stays.
    await stores.users.lock(realm.realm.id, person.id);
    const left = await heldSecondFactors(services, stores, realm.realm.id, person.id);
    if (required && left.every((each) => each.id === target.id)) return false;
    if (!(await removeSecondFactor(stores, realm, person, target, by))) return true;
    await stores.devices.distrustAll(realm.realm.id, person.id);
    await endCodesWithoutFactor(services, stores, realm, person, by);
    return true;
  });
  if (!removed) return seeOther(ctx, ctx.path);
  const notice = target.kind === 'webauthn' ? 'passkey_removed' : 'authenticator_removed';
  seeOther(ctx, `${paths.overview}?notice=${notice}`);
}
