import { AppError } from '@sparekey/contracts';
import { mayRemove } from '@sparekey/policy';
import type { Stores } from '@sparekey/storage';
import { heldSecondFactors } from '../../authenticators/held.ts';
import { endCodesWithoutFactor, removeSecondFactor } from '../../authenticators/remove.ts';
import { enrolTotp } from '../../authenticators/totp.ts';
import type { FormProblem } from '../../pages/index.ts';
import { codesRequired, enrollableKinds } from '../../policy/kinds.ts';
import { type Acting, byPerson, byWay } from './acting.ts';

/** Errors: `forbidden` where the policy allows no new authenticator apps. */
export function requireTotpAllowed({ policy }: Pick<Acting, 'policy'>): void {
  if (enrollableKinds(policy).includes('totp')) return;
  const publicMessage = 'Your organization does not allow new authenticator apps.';
  throw new AppError('forbidden', 'the policy allows no authenticator apps', { publicMessage });
}

/**
 * The first code of the authenticator app that is being added: with it the app counts, and browsers are asked for the
 * second factor again. `codesWanted` tells that the policy asks for backup codes that the person does not have.
 */
export async function confirmTotp(
  acting: Acting,
  entered: { otp: string; label: string },
): Promise<{ id: string; codesWanted: boolean } | { problem: FormProblem }> {
  const { services, realm, person, policy } = acting;
  const entry = await enrolTotp.check(services, realm, person, entered);
  if ('problem' in entry) return entry;
  const enrolled = await services.storage.transaction(async (stores) => {
    const confirmed = await enrolTotp.confirm(stores, realm, person, entry, byWay(acting));
    if (confirmed) await stores.devices.distrustAll(realm.realm.id, person.id);
    return confirmed;
  });
  if (!enrolled) return { problem: { kind: 'wrong_otp' } };
  const codes = await services.storage.stores.backupCodes.active(realm.realm.id, person.id);
  return { id: entry.check.id, codesWanted: codes === undefined && codesRequired(policy, ['totp']) };
}

/** Whether the person has a password to begin a sign-in with. */
export async function hasPassword(
  { passwords }: Pick<Stores, 'passwords'>,
  { realm, person }: Acting,
): Promise<boolean> {
  return (await passwords.get(realm.realm.id, person.id)) !== undefined;
}

/**
 * Removes one that the person set up, of any kind; browsers are asked for the second factor again. Backup codes end with
 * the last one: they only ever stand in for one. `last` when the person would be locked out (`mayRemove`). `none` when the person holds none of that id.
 */
export async function removeFactor(
  acting: Acting,
  id: string,
  required: boolean,
): Promise<'removed' | 'last' | 'none'> {
  const { services, realm, person } = acting;
  const by = byWay(acting);
  return services.storage.transaction(async (stores) => {
    // Two removals at once must not each take the other's device for the one that stays.
    await stores.users.lock(realm.realm.id, person.id);
    const held = await heldSecondFactors(services, stores, realm.realm.id, person.id);
    const target = held.find((each) => each.id === id);
    if (target === undefined) return 'none';
    if (!mayRemove(id, { held, required, hasPassword: await hasPassword(stores, acting) }, acting.policy))
      return 'last';
    if (!(await removeSecondFactor(stores, realm, person, target, by))) return 'none';
    await stores.devices.distrustAll(realm.realm.id, person.id);
    await endCodesWithoutFactor(services, stores, realm, person, by);
    return 'removed';
  });
}

/** Another name for one; false when the person holds none of that id that has a name. */
export async function renameFactor(acting: Acting, id: string, label: string): Promise<boolean> {
  const { services, realm, person } = acting;
  const at = [realm.realm.id, person.id] as const;
  return services.storage.transaction(async (stores) => {
    const target = (await heldSecondFactors(services, stores, ...at)).find((each) => each.id === id);
    if (target === undefined) return false;
    const { kind } = target;
    if (kind !== 'webauthn' && kind !== 'totp') return false;
    if (!(await stores[kind].rename(...at, target.id, label))) return false;
    await stores.audit.append({
      ...byPerson(acting),
      type: `${kind}.renamed`,
      authenticatorId: target.id,
      detail: { from: target.label, to: label },
    });
    return true;
  });
}
