import { replacementCodes } from '../authenticators/codes.ts';
import { heldSecondFactors } from '../authenticators/held.ts';
import * as pages from '../pages/index.ts';
import { backupCodesStanding } from './operations/backup-codes.ts';
import {
  type AccountRequest,
  accountForm,
  acting,
  notAllowed,
  requireAssurance,
  respond,
  seeOther,
} from './session.ts';

/** Regenerate: a fresh second factor first; the old set ends when one of the new codes was typed back, not before. */
export async function backupCodes(request: AccountRequest): Promise<void> {
  const { ctx, services, realm, person, policy, view, csrf, paths } = request;
  if (!(await requireAssurance(request, 'codes'))) return;
  const { stores } = services.storage;
  const shown = { form: { csrf, step: 'confirm' }, view };
  const held = await heldSecondFactors(services, stores, realm.realm.id, person.id);
  if (held.length === 0) return seeOther(ctx, paths.newAuthenticator);

  if (ctx.method !== 'POST') {
    const active = await stores.backupCodes.active(realm.realm.id, person.id);
    const { count } = policy.backupCodes;
    const model = { csrf, step: 'offer', username: person.username, left: active?.left ?? 0, count };
    return respond(ctx, pages.newBackupCodes(model, view));
  }
  const form = await accountForm(request);
  const action = form.get('action');
  if (action === 'cancel') return seeOther(ctx, paths.overview);
  const by = { origin: services.originOf(ctx) };
  if (form.get('step') !== 'confirm' || action === 'try:new_codes') {
    return respond(
      ctx,
      await replacementCodes.show(services, realm, { person, policy }, by, { ...shown, reason: 'asked' }),
    );
  }
  const again = async (problem: pages.FormProblem) =>
    respond(ctx, await replacementCodes.askAgain(services, realm, { person, policy }, { ...shown, problem }), 422);
  const entry = await replacementCodes.check(services, realm, { person, policy }, form);
  if ('problem' in entry) return again(entry.problem);
  const confirmed = await services.storage.transaction((tx) => replacementCodes.confirm(tx, realm, person, entry, by));
  if (!confirmed) return again({ kind: 'wrong_confirm_code' });
  seeOther(ctx, `${paths.overview}?notice=backup_codes_replaced`);
}

/** How the set stands, with each use. Who has no set is led to make one. */
export async function codesUsed(request: AccountRequest): Promise<void> {
  const { ctx, person, view, csrf, paths } = request;
  if (ctx.method === 'POST') notAllowed(ctx, 'GET, HEAD');
  const standing = await backupCodesStanding(acting(request));
  if (standing === undefined) return seeOther(ctx, paths.backupCodes);
  const { uses, ...codes } = standing;
  respond(ctx, pages.codesUsed({ csrf, username: person.username, codes, uses }, view));
}
