import { normaliseLogin } from '@sparekey/realms';
import { type Acting, byPerson } from './acting.ts';

export type Deletion =
  | 'deleted'
  /** The policy leaves it to administrators. */
  | 'not_allowed'
  /** What was typed is not the username. */
  | 'wrong_name'
  /** Nobody else could administer the realm. */
  | 'last_administrator';

/** Whether the person may try at all, for doors that offer it. */
export const mayDelete = ({ policy }: Pick<Acting, 'policy'>): boolean => policy.account.deletion;

/**
 * Deletes the account in one transaction: sessions, tokens, devices, factors, consents, addresses and the person go;
 * applications are told, a last notice is queued, and the audit trail keeps the bare id. Nothing brings it back.
 */
export async function deleteAccount(acting: Acting, typedName: string): Promise<Deletion> {
  const { services, realm, person } = acting;
  if (!mayDelete(acting)) return 'not_allowed';
  if (normaliseLogin(typedName.toWellFormed()) !== normaliseLogin(person.username)) return 'wrong_name';
  const { privilegedRoles } = realm.realm.policy.recovery;
  return services.storage.transaction(async (stores) => {
    const sole = await stores.erasure.soleHolderOf(realm.realm.id, person.id, privilegedRoles);
    if (sole !== undefined) return 'last_administrator';
    await stores.audit.append({ ...byPerson(acting), type: 'account.deleted' });
    await stores.erasure.erase(realm.realm.id, person.id);
    return 'deleted';
  });
}
