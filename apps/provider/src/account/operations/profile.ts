import { AppError } from '@sparekey/contracts';
import type { Stores } from '@sparekey/storage';
import { heldSecondFactors } from '../../authenticators/held.ts';
import { sendVerification } from '../../mail-links/verification.ts';
import { sentFactors } from '../../messages/reach.ts';
import type { FormProblem } from '../../pages/index.ts';
import { type Acting, byPerson } from './acting.ts';

const MAX_NAME = 100;
const MAX_EMAIL = 320;

/** What a person may say about themselves; undefined takes it away. */
export interface ProfileEntry {
  firstName: string | undefined;
  lastName: string | undefined;
  email: string | undefined;
}

/**
 * Saves the names at once. A new address is sent a link, and takes effect when its own mailbox follows it (`linkSent`);
 * where no mail can be sent, at once, as one that nobody has verified.
 */
export async function changeProfile(
  acting: Acting,
  entry: ProfileEntry,
): Promise<{ linkSent: boolean } | { problem: FormProblem }> {
  const { services, realm, person } = acting;
  const problem = problemOf(entry);
  if (problem !== undefined) return { problem };
  const changed = (['firstName', 'lastName', 'email'] as const).filter((field) => person[field] !== entry[field]);
  const newEmail = changed.includes('email') && services.messaging.mail ? entry.email : undefined;
  if (newEmail !== undefined && !(await sendVerification(services, realm, person, newEmail)))
    return { problem: { kind: 'too_many_mails' } };
  const now = changed.filter((field) => field !== 'email' || newEmail === undefined);
  try {
    if (now.length > 0) await save(acting, entry, now);
  } catch (error) {
    // Another account may have this address: saying so would tell who has an account here.
    if (error instanceof AppError && error.code === 'conflict') return { problem: { kind: 'email_invalid' } };
    throw error;
  }
  return { linkSent: newEmail !== undefined };
}

async function save(acting: Acting, entry: ProfileEntry, fields: readonly (keyof ProfileEntry)[]): Promise<void> {
  const { services } = acting;
  await services.storage.transaction(async (stores) => {
    // Written whole: what was read before the lock could undo what an administrator did since.
    await stores.users.lock(acting.person.realmId, acting.person.id);
    const person = await stores.users.byId(acting.person.realmId, acting.person.id);
    if (!person?.enabled) throw new AppError('unauthorized', 'the person was disabled or removed meanwhile');
    const taken = Object.fromEntries(fields.map((field) => [field, entry[field]]));
    const moved = fields.includes('email');
    await stores.users.update({ ...person, ...taken, emailVerified: person.emailVerified && !moved });
    if (moved) {
      await stores.actionLinks.revoke(person.realmId, person.id, 'forgot_password');
      await stores.actionLinks.revoke(person.realmId, person.id, 'verify_email');
      if (await holdsAnother(acting, stores)) await stores.users.forgetFormerEmail(person.realmId, person.id);
    }
    const from = person.emailVerified ? person.email : undefined;
    await stores.audit.append({
      ...byPerson(acting),
      type: 'profile.updated',
      detail: { fields: fields.join(' ') },
      ...(moved ? { changed: { email: { from, to: entry.email } } } : {}),
    });
  });
}

/** Beside the mailbox there is a second factor; without one codes go on to the mailbox that was given up. */
async function holdsAnother({ services, realm, person, policy }: Acting, stores: Stores): Promise<boolean> {
  const devices = await heldSecondFactors(services, stores, realm.realm.id, person.id);
  return devices.length > 0 || (await sentFactors(services, stores, policy, person)).includes('sms');
}

function problemOf(entry: ProfileEntry): FormProblem | undefined {
  if ((entry.firstName?.length ?? 0) > MAX_NAME) return { kind: 'too_long', field: 'first_name', max: MAX_NAME };
  if ((entry.lastName?.length ?? 0) > MAX_NAME) return { kind: 'too_long', field: 'last_name', max: MAX_NAME };
  if (entry.email === undefined) return undefined;
  if (entry.email.length > MAX_EMAIL) return { kind: 'too_long', field: 'email', max: MAX_EMAIL };
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(entry.email) ? undefined : { kind: 'email_invalid' };
}
