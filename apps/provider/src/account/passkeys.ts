import { AppError } from '@sparekey/contracts';
import { MAX_LABEL } from '../authenticators/totp.ts';
import { enrolWebauthn } from '../authenticators/webauthn.ts';
import * as pages from '../pages/index.ts';
import { codesRequired } from '../policy/kinds.ts';
import { renameFactor } from './operations/index.ts';
import { type AccountRequest, accountForm, acting, requireAssurance, respond, seeOther } from './session.ts';

/** Another passkey or security key. As with an app, a recovery session may do this too. */
export async function newPasskey(request: AccountRequest): Promise<void> {
  const { ctx, services, realm, person, session, view, csrf, paths } = request;
  if (!(await requireAssurance(request, 'add_factor'))) return;
  const place = `session:${session.uid}`;
  const show = async (status: number, label: string, problem?: pages.FormProblem) => {
    const model = {
      csrf,
      step: 'new_passkey',
      ...(problem ? { problem } : {}),
      username: person.username,
      options: await enrolWebauthn.begin(services, realm, person, place),
      label,
      reason: 'asked' as const,
      mayPutOff: false,
      otherWays: [],
      mayCancel: true,
    };
    respond(ctx, pages.enrolWebauthn(model, view), status);
  };
  if (ctx.method !== 'POST') return show(200, '');

  const form = await accountForm(request);
  if (form.get('action') === 'cancel') return seeOther(ctx, paths.overview);
  const entry = await enrolWebauthn.check(services, realm, person, place, form);
  if ('problem' in entry) return show(422, form.get('label'), entry.problem);
  const by = { origin: services.originOf(ctx), sessionUid: session.uid };
  const problem = await services.storage.transaction((stores) =>
    enrolWebauthn.confirm(services, stores, realm, person, entry, by),
  );
  if (problem !== undefined) return show(422, entry.label, problem);
  const codes = await services.storage.stores.backupCodes.active(realm.realm.id, person.id);
  const codesWanted = codes === undefined && codesRequired(request.policy, ['webauthn']);
  seeOther(ctx, codesWanted ? paths.backupCodes : `${paths.overview}?notice=passkey_added`);
}

/** Another name for one. */
export async function renamePasskey(request: AccountRequest, id: string): Promise<void> {
  const { ctx, services, realm, person, view, csrf, paths } = request;
  const { storage } = services;
  const held = await storage.stores.webauthn.list(realm.realm.id, person.id);
  const target = held.find((each) => each.id === id);
  if (target === undefined) throw new AppError('not_found', 'no such passkey of this person');
  if (!(await requireAssurance(request, 'profile'))) return;
  const show = (status: number, label: string, problem?: pages.FormProblem) => {
    const model = { csrf, step: 'rename_passkey', ...(problem ? { problem } : {}), username: person.username, label };
    respond(ctx, pages.renamePasskey(model, view), status);
  };
  if (ctx.method !== 'POST') return show(200, target.label);
  const form = await accountForm(request);
  if (form.get('action') === 'cancel') return seeOther(ctx, paths.overview);
  const label = form.get('label').trim();
  if (label === '') return show(422, label, { kind: 'missing', field: 'label' });
  if (label.length > MAX_LABEL) return show(422, label, { kind: 'too_long', field: 'label', max: MAX_LABEL });
  await renameFactor(acting(request), id, label);
  seeOther(ctx, `${paths.overview}?notice=passkey_renamed`);
}
