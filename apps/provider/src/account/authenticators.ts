import { AppError } from '@sparekey/contracts';
import { enrolTotp } from '../authenticators/totp.ts';
import * as pages from '../pages/index.ts';
import { codesRequired, enrollableKinds } from '../policy/kinds.ts';
import { type AccountRequest, accountForm, byPerson, requireAssurance, respond, seeOther } from './session.ts';

/** Another authenticator app. A recovery session may do this too: it is how a lost device is replaced later. */
export async function newAuthenticator(request: AccountRequest): Promise<void> {
  const { ctx, services, realm, person, view, csrf, paths } = request;
  if (!enrollableKinds(request.policy).includes('totp')) {
    const publicMessage = 'Your organization does not allow new authenticator apps.';
    throw new AppError('forbidden', 'the policy allows no authenticator apps', { publicMessage });
  }
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
  const by = { origin: services.originOf(ctx), replaceOthers: false };
  const enrolled = await services.storage.transaction((stores) => enrolTotp.confirm(stores, realm, person, entry, by));
  if (!enrolled) return show(422, entry.label, { kind: 'wrong_otp' });
  const codes = await services.storage.stores.backupCodes.active(realm.realm.id, person.id);
  const codesWanted = codes === undefined && codesRequired(request.policy, ['totp']);
  seeOther(ctx, codesWanted ? paths.backupCodes : `${paths.overview}?notice=authenticator_added`);
}

/** Removes one. Backup codes end with the last second factor: they only ever stand in for one. */
export async function removeAuthenticator(request: AccountRequest, id: string): Promise<void> {
  const { ctx, services, realm, person, view, csrf, paths } = request;
  const { storage } = services;
  const held = await storage.stores.totp.list(realm.realm.id, person.id);
  const target = held.find((totp) => totp.id === id);
  if (target === undefined) throw new AppError('not_found', 'no such authenticator of this person');
  if (!(await requireAssurance(request, 'fresh'))) return;
  const last = held.length === 1;
  if (ctx.method !== 'POST') {
    const codes = await storage.stores.backupCodes.active(realm.realm.id, person.id);
    const model = {
      csrf,
      step: 'remove_authenticator',
      username: person.username,
      label: target.label,
      last,
      codesLeft: codes?.left ?? 0,
      required: request.requirement !== undefined,
    };
    return respond(ctx, pages.removeAuthenticator(model, view));
  }
  const form = await accountForm(request);
  if (form.get('action') === 'cancel') return seeOther(ctx, paths.overview);
  await storage.transaction(async (stores) => {
    if (!(await stores.totp.remove(realm.realm.id, person.id, target.id))) return;
    const event = { ...byPerson(request), authenticatorId: target.id };
    await stores.audit.append({ ...event, type: 'totp.removed', detail: { label: target.label } });
    if ((await stores.totp.list(realm.realm.id, person.id)).length > 0) return;
    const ended = await stores.backupCodes.end(realm.realm.id, person.id, 'factor_removed');
    if (ended)
      await stores.audit.append({
        ...byPerson(request),
        type: 'backup_codes.revoked',
        reason: 'factor_removed',
        detail: ended,
      });
  });
  seeOther(ctx, `${paths.overview}?notice=authenticator_removed`);
}
