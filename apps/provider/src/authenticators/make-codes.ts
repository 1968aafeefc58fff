import type { AuditEvent } from '@sparekey/audit';
import type { PendingBackupCodeCheck } from '@sparekey/factors';
import type { Policy } from '@sparekey/policy';
import type { User } from '@sparekey/realms';
import type { Stores } from '@sparekey/storage';
import type { ServedRealm } from '../realms/cache.ts';
import type { Services } from '../services.ts';

export type Matched = Extract<PendingBackupCodeCheck, { matched: true }>;

export type CodesMadeBy = Pick<AuditEvent, 'origin' | 'signInUid' | 'sessionUid' | 'clientId'>;

/** Whose codes they are, and the policy that person is under. */
export interface Owner {
  person: User;
  policy: Policy;
}

/** A pending set, with the codes that nobody can read again. */
export interface MadeCodes {
  codes: string[];
  createdAt: Date;
  expiresAt: Date;
  /** An active set with usable codes ends once this one is confirmed. */
  replaces: boolean;
}

/** Makes a pending set; the active one is untouched. */
export async function makeCodes(
  { storage, factors }: Services,
  { realm }: ServedRealm,
  { person, policy }: Owner,
  by: CodesMadeBy,
): Promise<MadeCodes> {
  const active = await storage.stores.backupCodes.active(realm.id, person.id);
  const made = await factors.backupCode.prepare({ realmId: realm.id, userId: person.id, policy });
  await storage.transaction(async (stores) => {
    await made.store(stores);
    await stores.audit.append({
      ...eventOf(realm.id, person, by),
      type: 'backup_codes.generated',
      backupCodeSetId: made.id,
      detail: { count: made.codes.length },
    });
  });
  const { codes, createdAt, expiresAt } = made;
  const replaces = active !== undefined && active.left > 0 && active.expiresAt > createdAt;
  return { codes, createdAt, expiresAt, replaces };
}

/** Tries a code typed back from the pending set; a malformed one costs no hash. */
export function checkTypedBack(
  { storage, factors }: Services,
  { realm }: ServedRealm,
  { person, policy }: Owner,
  input: string,
): Promise<PendingBackupCodeCheck> {
  return factors.backupCode.checkPending(storage.stores, { realmId: realm.id, userId: person.id, policy }, input);
}

/** In the caller's transaction: the new set becomes the active one and the old one ends, both or neither. */
export async function confirmCodes(
  stores: Stores,
  { realm }: ServedRealm,
  person: User,
  check: Matched,
  by: CodesMadeBy,
): Promise<boolean> {
  const confirmed = await check.confirm(stores);
  if (confirmed === false) return false;
  const event = { ...eventOf(realm.id, person, by), backupCodeSetId: check.id };
  await stores.audit.append({
    ...event,
    type: 'backup_codes.confirmed',
    detail: { count: check.count, expiresAt: check.expiresAt.toISOString() },
  });
  if (confirmed.replaced !== undefined) {
    await stores.audit.append({ ...event, type: 'backup_codes.regenerated', detail: { left: confirmed.replaced } });
  }
  return true;
}

function eventOf(realmId: ServedRealm['realm']['id'], person: User, by: CodesMadeBy) {
  return {
    realmId,
    actor: { kind: 'user', id: person.id },
    subject: person.id,
    outcome: 'success',
    ...by,
  } as const;
}
