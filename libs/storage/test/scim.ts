import type { RealmId } from '@sparekey/contracts';
import { addScimConnection, type ScimReach } from '@sparekey/provisioning';
import type { Storage } from '../src/storage.ts';

let count = 0;

/** A connection for a directory that writes to us, and what it reaches: what it created. */
export async function addServer(storage: Storage, realmId: RealmId): Promise<ScimReach> {
  count += 1;
  const draft = { name: `directory-${count}`, kind: 'server' as const, profile: 'strict' as const, settings: {} };
  const { id } = await storage.transaction((stores) =>
    addScimConnection(stores, realmId, draft, { kind: 'operator', name: 'olga' }),
  );
  return { realmId, connectionId: id, visibility: 'owned', protectedRoles: [] };
}
