import type { Origin } from '@sparekey/audit';
import type { RegistrationCheck, WebAuthnHolder } from '@sparekey/factors';
import type { Form } from '@sparekey/http';
import type { User } from '@sparekey/realms';
import type { Stores } from '@sparekey/storage';
import type { FormProblem } from '../pages/index.ts';
import type { ServedRealm } from '../realms/cache.ts';
import type { Services } from '../services.ts';
import { heldSecondFactors } from './held.ts';
import { MAX_LABEL } from './totp.ts';

export interface WebauthnEntry {
  label: string;
  check: Extract<RegistrationCheck, { matched: true }>;
}

const holderOf = ({ realm }: ServedRealm, person: User): WebAuthnHolder => ({
  realmId: realm.id,
  userId: person.id,
  policy: realm.policy,
});

/** Setting up a passkey or security key, the same within a sign-in and on the account page. */
export const enrolWebauthn = {
  /** Options for the script of the page; `place` is the sign-in or session that they count in. */
  begin({ storage, factors }: Services, realm: ServedRealm, person: User, place: string): Promise<object> {
    const names = { realm: realm.realm.displayName ?? realm.realm.name, account: person.username };
    return factors.webauthn.begin(storage.stores, holderOf(realm, person), place, names);
  },

  async check(
    { storage, factors }: Services,
    realm: ServedRealm,
    person: User,
    place: string,
    form: Form,
  ): Promise<WebauthnEntry | { problem: FormProblem }> {
    const input = form.get('webauthn');
    const label = form.get('label').trim();
    if (label.length > MAX_LABEL) return { problem: { kind: 'too_long', field: 'label', max: MAX_LABEL } };
    if (input === '') return { problem: { kind: 'no_passkey' } };
    const check = await factors.webauthn.checkNew(storage.stores, holderOf(realm, person), place, input);
    if (check.matched) return { label, check };
    return { problem: { kind: check.reason === 'refused' ? 'passkey_refused' : 'passkey_not_added' } };
  },

  /**
   * In the caller's transaction: binds it. Returns what stands against it.
   */
  async confirm(
    services: Services,
    stores: Stores,
    realm: ServedRealm,
    person: User,
    { label, check }: WebauthnEntry,
    by: { origin: Origin; signInUid?: string; sessionUid?: string },
  ): Promise<FormProblem | undefined> {
    const { id: realmId, policy } = realm.realm;
    const held = await heldSecondFactors(services, stores, realmId, person.id);
    const name = label || nextName(held.map((each) => each.label));
    const bound = await check.confirm(stores, name);
    if (bound === 'taken') return { kind: 'passkey_taken' };
    if (bound === 'used') return { kind: 'passkey_not_added' };
    const { aaguid, backedUp } = check.registration;
    await stores.audit.append({
      type: 'webauthn.enrolled',
      realmId,
      actor: { kind: 'user', id: person.id },
      subject: person.id,
      outcome: 'success',
      ...by,
      authenticatorId: bound,
      detail: { label: name, aaguid, attestation: policy.webauthn.attestation, backedUp },
    });
    return undefined;
  },
};

function nextName(taken: readonly string[]): string {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? 'Passkey' : `Passkey ${number}`;
    if (!taken.includes(name)) return name;
  }
}
