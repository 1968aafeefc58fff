import { AppError } from '@sparekey/contracts';
import { sendVerification } from '../mail-links/verification.ts';
import * as pages from '../pages/index.ts';
import { type AccountRequest, accountForm, byPerson, requireAssurance, respond, seeOther } from './session.ts';

const MAX_NAME = 100;
const MAX_EMAIL = 320;

/** Name and e-mail. An address is a way to reach the person, so a change asks for a fresh proof, and for the new mailbox. */
export async function profile(request: AccountRequest): Promise<void> {
  const { ctx, services, realm, person, view, csrf, paths } = request;
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
  // Where no mail can be sent an address takes effect at once, as one that nobody has verified.
  const newEmail = changed.includes('email') && services.messaging.mail ? entry.email : undefined;
  if (newEmail !== undefined && !(await sendVerification(services, realm, person, newEmail)))
    return again({ kind: 'too_many_mails' });
  const now = changed.filter((field) => field !== 'email' || newEmail === undefined);
  try {
    if (now.length > 0) await save(request, entry, now);
  } catch (error) {
    // Another account may have this address: saying so would tell who has an account here.
    if (error instanceof AppError && error.code === 'conflict') return again({ kind: 'email_invalid' });
    throw error;
  }
  seeOther(ctx, `${paths.overview}?notice=${newEmail === undefined ? 'profile_saved' : 'email_change_sent'}`);
}

interface Entry {
  firstName: string | undefined;
  lastName: string | undefined;
  email: string | undefined;
}

async function save(request: AccountRequest, entry: Entry, fields: readonly (keyof Entry)[]): Promise<void> {
  const { person, services } = request;
  await services.storage.transaction(async (stores) => {
    const taken = Object.fromEntries(fields.map((field) => [field, entry[field]]));
    const moved = fields.includes('email');
    await stores.users.update({ ...person, ...taken, emailVerified: person.emailVerified && !moved });
    if (moved) {
      await stores.actionLinks.revoke(person.realmId, person.id, 'forgot_password');
      await stores.actionLinks.revoke(person.realmId, person.id, 'verify_email');
    }
    const from = person.emailVerified ? person.email : undefined;
    await stores.audit.append({
      ...byPerson(request),
      type: 'profile.updated',
      detail: { fields: fields.join(' ') },
      ...(moved ? { changed: { email: { from, to: entry.email } } } : {}),
    });
  });
}

function problemOf(entry: { firstName?: string; lastName?: string; email?: string }): pages.FormProblem | undefined {
  if ((entry.firstName?.length ?? 0) > MAX_NAME) return { kind: 'too_long', field: 'first_name', max: MAX_NAME };
  if ((entry.lastName?.length ?? 0) > MAX_NAME) return { kind: 'too_long', field: 'last_name', max: MAX_NAME };
  if (entry.email === undefined) return undefined;
  if (entry.email.length > MAX_EMAIL) return { kind: 'too_long', field: 'email', max: MAX_EMAIL };
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(entry.email) ? undefined : { kind: 'email_invalid' };
}
