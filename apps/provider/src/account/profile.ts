import { AppError } from '@sparekey/contracts';
import * as pages from '../pages/index.ts';
import { type AccountRequest, accountForm, byPerson, requireAssurance, respond, seeOther } from './session.ts';

const MAX_NAME = 100;
const MAX_EMAIL = 320;

/** Name and e-mail. A new address counts as unverified; it is a way to reach the person, so it asks for a fresh proof. */
export async function profile(request: AccountRequest): Promise<void> {
  const { ctx, services, person, view, csrf, paths } = request;
  if (!(await requireAssurance(request, 'profile'))) return;
  const form = { csrf, step: 'profile' };
  const shown = {
    username: person.username,
    firstName: person.firstName,
    lastName: person.lastName,
    email: person.email,
  };
  if (ctx.method !== 'POST') return respond(ctx, pages.profile({ ...form, person: shown }, view));

  const posted = await accountForm(request);
  if (posted.get('action') === 'cancel') return seeOther(ctx, paths.overview);
  const entry = {
    firstName: posted.get('first_name').trim() || undefined,
    lastName: posted.get('last_name').trim() || undefined,
    email: posted.get('email').trim() || undefined,
  };
  const problem = problemOf(entry);
  const again = (found: pages.FormProblem) =>
    respond(
      ctx,
      pages.profile({ ...form, problem: found, person: { username: person.username, ...entry } }, view),
      422,
    );
  if (problem !== undefined) return again(problem);

  const changed = (['firstName', 'lastName', 'email'] as const).filter((field) => person[field] !== entry[field]);
  if (changed.length > 0) {
    try {
      await services.storage.transaction(async (stores) => {
        const emailVerified = person.emailVerified && !changed.includes('email');
        await stores.users.update({ ...person, ...entry, emailVerified });
        await stores.audit.append({
          ...byPerson(request),
          type: 'profile.updated',
          detail: { fields: changed.join(' ') },
        });
      });
    } catch (error) {
      // Another account may have this address: saying so would tell who has an account here.
      if (error instanceof AppError && error.code === 'conflict') return again({ kind: 'email_invalid' });
      throw error;
    }
  }
  seeOther(ctx, `${paths.overview}?notice=profile_saved`);
}

function problemOf(entry: { firstName?: string; lastName?: string; email?: string }): pages.FormProblem | undefined {
  if ((entry.firstName?.length ?? 0) > MAX_NAME) return { kind: 'too_long', field: 'first_name', max: MAX_NAME };
  if ((entry.lastName?.length ?? 0) > MAX_NAME) return { kind: 'too_long', field: 'last_name', max: MAX_NAME };
  if (entry.email === undefined) return undefined;
  if (entry.email.length > MAX_EMAIL) return { kind: 'too_long', field: 'email', max: MAX_EMAIL };
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(entry.email) ? undefined : { kind: 'email_invalid' };
}
