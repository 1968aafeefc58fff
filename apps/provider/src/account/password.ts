import * as pages from '../pages/index.ts';
import { type AccountRequest, accountForm, byPerson, requireAssurance, respond, seeOther } from './session.ts';

/** ASVS 5.0 6.2.1: at least 8; NIST SP 800-63B-4 §3.1.1.2: at least 64 must be allowed. */
const MIN_LENGTH = 8;
const MAX_LENGTH = 256;

/** A new password, after a fresh proof with all factors; every other session ends. */
export async function changePassword(request: AccountRequest): Promise<void> {
  const { ctx, services, realm, person, session, view, csrf, paths } = request;
  if (!(await requireAssurance(request, 'fresh'))) return;
  const model = { csrf, step: 'password', username: person.username, minLength: MIN_LENGTH, asksCurrent: false };
  if (ctx.method !== 'POST') return respond(ctx, pages.changePassword(model, view));

  const form = await accountForm(request);
  if (form.get('action') === 'cancel') return seeOther(ctx, paths.overview);
  const wanted = form.get('new_password');
  const problem = await problemOf(request, wanted, form.get('new_password_again'));
  if (problem !== undefined) return respond(ctx, pages.changePassword({ ...model, problem }, view), 422);

  const phc = await services.factors.password.hash(wanted);
  await services.storage.transaction(async (stores) => {
    const authenticatorId = await stores.passwords.set(realm.realm.id, person.id, phc);
    await stores.audit.append({ ...byPerson(request), type: 'password.changed', authenticatorId });
    await stores.devices.distrustAll(realm.realm.id, person.id);
    const count = await stores.sessions.endAll(realm.realm.id, person.id, session.uid);
    await stores.audit.append({
      ...byPerson(request),
      type: 'session.ended_all',
      detail: { by: 'password_change', count },
    });
  });
  seeOther(ctx, `${paths.overview}?notice=password_changed`);
}

async function problemOf(
  { services, realm, person }: AccountRequest,
  wanted: string,
  again: string,
): Promise<pages.FormProblem | undefined> {
  if (wanted === '') return { kind: 'missing', field: 'new_password' };
  if ([...wanted].length < MIN_LENGTH) return { kind: 'password_too_short', min: MIN_LENGTH };
  if (wanted.length > MAX_LENGTH) return { kind: 'too_long', field: 'new_password', max: MAX_LENGTH };
  if (wanted !== again) return { kind: 'password_mismatch' };
  const own = [person.username, person.email, realm.realm.name, realm.realm.displayName];
  if (own.some((word) => word?.toLowerCase() === wanted.toLowerCase())) return { kind: 'password_too_common' };
  const { stores } = services.storage;
  const subject = { realmId: realm.realm.id, userId: person.id, policy: realm.realm.policy };
  const check = await services.factors.password.check(stores, subject, wanted);
  return check.matched ? { kind: 'password_unchanged' } : undefined;
}
