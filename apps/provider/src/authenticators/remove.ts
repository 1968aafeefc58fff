import type { AuditEvent } from '@sparekey/audit';
import type { Authenticator } from '@sparekey/factors';
import type { User } from '@sparekey/realms';
import type { Stores } from '@sparekey/storage';
import type { ServedRealm } from '../realms/cache.ts';
import type { Services } from '../services.ts';
import { heldSecondFactors } from './held.ts';

export type RemovedBy = Pick<AuditEvent, 'origin' | 'signInUid' | 'sessionUid' | 'clientId'>;

/**
 * Removes one with its audit event, in the caller's transaction; false when somebody else was first. A lost number stays
 * in the profile, unverified: nothing is sent to it until its person has proven to hold it again.
 */
export async function removeSecondFactor(
  stores: Stores,
  { realm }: ServedRealm,
  person: User,
  { id, kind, label }: Authenticator,
  by: RemovedBy,
): Promise<boolean> {
  if (kind !== 'totp' && kind !== 'webauthn' && kind !== 'sms')
    throw new Error(`${kind} is no second factor that a person removes`);
  if (kind === 'sms') await stores.users.disownPhoneNumber(realm.id, person.id);
  else if (!(await stores[kind].remove(realm.id, person.id, id))) return false;
  await stores.audit.append({
    ...eventOf(realm.id, person, by),
    type: `${kind}.removed`,
    authenticatorId: id,
    detail: { label },
  });
  return true;
}

/** Backup codes only ever stand in for a second factor: they end with the last one. */
export async function endCodesWithoutFactor(
  services: Services,
  stores: Stores,
  { realm }: ServedRealm,
  person: User,
  by: RemovedBy,
): Promise<void> {
  if ((await heldSecondFactors(services, stores, realm.id, person.id)).length > 0) return;
  const ended = await stores.backupCodes.end(realm.id, person.id, 'factor_removed');
  if (ended === undefined) return;
  await stores.audit.append({
    ...eventOf(realm.id, person, by),
    type: 'backup_codes.revoked',
    reason: 'factor_removed',
    detail: ended,
  });
}

function eventOf(realmId: ServedRealm['realm']['id'], person: User, by: RemovedBy) {
  return {
    realmId,
    actor: { kind: 'user', id: person.id },
    subject: person.id,
    outcome: 'success',
    ...by,
  } as const;
}
