import type { ConnectedApplication } from '@sparekey/storage';
import { type Acting, byPerson } from './acting.ts';

/** Applications that hold a consent, a grant or tokens of the person, those used last first. */
export function connectedApplications({ services, realm, person }: Acting): Promise<ConnectedApplication[]> {
  return services.storage.stores.applications.list(realm.realm.id, person.id);
}

/**
 * Lets an application go: its consent, grants, refresh and access tokens end in one transaction, it is told that the
 * person signed out, and must ask again. False when it held nothing of the person.
 */
export async function disconnectApplication(acting: Acting, clientId: string): Promise<boolean> {
  const { services, realm, person } = acting;
  return services.storage.transaction(async (stores) => {
    const ended = await stores.applications.disconnect(realm.realm.id, person.id, clientId);
    if (ended === undefined) return false;
    await stores.audit.append({ ...byPerson(acting), type: 'consent.withdrawn', clientId, detail: { ...ended } });
    return true;
  });
}

/** Applications as people know them; the account pages are none, and one that is gone has no name any more. */
export async function applicationNames(
  { services, realm }: Pick<Acting, 'services' | 'realm'>,
  clientIds: Set<string>,
): Promise<Map<string, string>> {
  const asked = [...clientIds].filter((clientId) => clientId !== services.accountClientId);
  const clients = await Promise.all(asked.map((clientId) => realm.client(clientId)));
  return new Map(clients.flatMap((client) => (client ? [[client.clientId, client.name ?? client.clientId]] : [])));
}
