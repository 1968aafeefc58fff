import type { AuditEvent } from '@sparekey/audit';
import type { PasswordRefusal } from '@sparekey/factors';
import type { Form } from '@sparekey/http';
import type { User } from '@sparekey/realms';
import type { Stores } from '@sparekey/storage';
import type { FormProblem } from '../pages/index.ts';
import type { ServedRealm } from '../realms/cache.ts';
import type { Services } from '../services.ts';

/** Name of the required action of a temporary password, as in Keycloak. */
export const UPDATE_PASSWORD = 'UPDATE_PASSWORD';

/** The new password that a form carries, judged and hashed; every page on which a person sets one reads it here. */
export async function readNewPassword(
  services: Services,
  realm: ServedRealm,
  person: User,
  form: Form,
): Promise<{ phc: string } | { problem: FormProblem }> {
  const password = form.get('new_password');
  if (password === '') return { problem: { kind: 'missing', field: 'new_password' } };
  if (password !== form.get('new_password_again')) return { problem: { kind: 'password_mismatch' } };
  return judgeNewPassword(services, realm, person, password);
}

/** A new password, judged and hashed, at every door alike. */
export async function judgeNewPassword(
  { newPasswords, storage }: Services,
  { realm }: ServedRealm,
  person: User,
  password: string,
): Promise<{ phc: string } | { problem: FormProblem }> {
  const judged = await newPasswords.check(storage.stores, {
    realmId: realm.id,
    userId: person.id,
    policy: realm.policy,
    words: {
      person: [person.username, person.email, person.firstName, person.lastName],
      realm: [realm.name, realm.displayName],
    },
    password,
  });
  return judged.accepted ? { phc: judged.phc } : { problem: problemOf(judged.refusal) };
}

function problemOf(refusal: PasswordRefusal): FormProblem {
  switch (refusal.kind) {
    case 'too_short':
      return { kind: 'password_too_short', min: refusal.min };
    case 'too_long':
      return { kind: 'too_long', field: 'new_password', max: refusal.max };
    case 'personal':
      return { kind: 'password_personal' };
    case 'blocked':
    case 'weak':
      return { kind: 'password_too_common' };
    case 'breached':
      return { kind: 'password_breached' };
    case 'unchecked':
      return { kind: 'password_unchecked' };
    case 'unchanged':
      return { kind: 'password_unchanged' };
  }
}

/**
 * Sets a judged password, in the caller's transaction: what a stolen one could have left open ends with it, that is every
 * other session with its tokens, and every reset link under way; a temporary password is no longer one.
 */
export async function setPassword(
  stores: Stores,
  { realm }: ServedRealm,
  person: User,
  phc: string,
  by: Pick<AuditEvent, 'actor' | 'origin' | 'sessionUid' | 'signInUid' | 'clientId'> & {
    reason?: string;
    /** uid of the session that may go on. */
    keepSession?: string | undefined;
  },
): Promise<void> {
  const { keepSession, ...told } = by;
  const event = { ...told, realmId: realm.id, subject: person.id, outcome: 'success' } as const;
  const authenticatorId = await stores.passwords.set(realm.id, person.id, phc);
  await stores.audit.append({ ...event, type: 'password.changed', authenticatorId });
  await stores.users.actionDone(realm.id, person.id, UPDATE_PASSWORD);
  await stores.actionLinks.revoke(realm.id, person.id, 'forgot_password');
  await stores.devices.distrustAll(realm.id, person.id);
  const count = await stores.sessions.endAll(realm.id, person.id, keepSession);
  await stores.audit.append({ ...event, type: 'session.ended_all', detail: { by: 'password_change', count } });
}
