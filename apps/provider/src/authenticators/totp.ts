import type { AuditEvent } from '@sparekey/audit';
import type { PendingTotpCheck, TotpEnrolment } from '@sparekey/factors';
import type { Form } from '@sparekey/http';
import type { User } from '@sparekey/realms';
import type { Stores } from '@sparekey/storage';
import type { FormProblem } from '../pages/index.ts';
import type { ServedRealm } from '../realms/cache.ts';
import type { Services } from '../services.ts';

/** Longest name of a device. */
export const MAX_LABEL = 60;

export interface TotpEntry {
  label: string;
  check: Extract<PendingTotpCheck, { matched: true }>;
}

export const enteredTotp = (form: Form) => ({ otp: form.get('otp'), label: form.get('label') });

/** Setting up an authenticator app, the same within a sign-in and on the account page. */
export const enrolTotp = {
  /** What the page shows; the secret stays the same until it is confirmed or replaced, so a reload spoils no scanned code. */
  async begin({ storage, factors }: Services, { realm }: ServedRealm, person: User) {
    const names = namesOf(realm, person);
    const pending =
      (await factors.totp.pending(storage.stores, realm.id, person.id, names)) ??
      (await factors.totp.begin(storage.stores, realm.id, person.id, names));
    return shown(pending);
  },

  /** The same with a new secret, for a door that shows it once; one begun before ends. */
  async beginAnew({ storage, factors }: Services, { realm }: ServedRealm, person: User) {
    return shown(await factors.totp.begin(storage.stores, realm.id, person.id, namesOf(realm, person)));
  },

  async check(
    { storage, factors }: Services,
    { realm }: ServedRealm,
    person: User,
    entered: { otp: string; label: string },
  ): Promise<TotpEntry | { problem: FormProblem }> {
    const input = entered.otp;
    const label = entered.label.trim();
    if (input.trim() === '') return { problem: { kind: 'missing', field: 'otp' } };
    if (label.length > MAX_LABEL) return { problem: { kind: 'too_long', field: 'label', max: MAX_LABEL } };
    if (!factors.totp.wellFormed(input, realm.policy)) return { problem: { kind: 'malformed_otp' } };
    const check = await factors.totp.checkPending(storage.stores, realm.id, person.id, input);
    return check.matched ? { label, check } : { problem: { kind: 'wrong_otp' } };
  },

  /** In the caller's transaction: confirms. False when it is no longer pending. */
  async confirm(
    stores: Stores,
    { realm }: ServedRealm,
    person: User,
    { label, check }: TotpEntry,
    by: Pick<AuditEvent, 'origin' | 'signInUid' | 'sessionUid' | 'clientId'>,
  ): Promise<boolean> {
    const held = await stores.totp.list(realm.id, person.id);
    const name = label || nextName(held.map((totp) => totp.label));
    const verdict = await check.confirm(stores, name);
    if (!verdict.accepted) return false;
    const event = {
      realmId: realm.id,
      actor: { kind: 'user', id: person.id },
      subject: person.id,
      outcome: 'success',
      ...by,
    } as const;
    await stores.audit.append({ ...event, type: 'totp.enrolled', authenticatorId: check.id, detail: { label: name } });
    return true;
  },
};

const namesOf = (realm: ServedRealm['realm'], { username }: User) => ({
  issuer: realm.displayName ?? realm.name,
  account: username,
});

const shown = ({ uri, textKey }: TotpEnrolment) => ({ uri, secret: textKey.replaceAll(' ', ''), digits: 6 });

function nextName(taken: readonly string[]): string {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? 'Authenticator app' : `Authenticator app ${number}`;
    if (!taken.includes(name)) return name;
  }
}
