import { AppError } from '@sparekey/contracts';
import { placeOf } from './place.ts';
import { byToken, type Handler } from './request.ts';

export const listSessions: Handler<'listSessions'> = async ({ services, realm, person, token }) => {
  const sessions = await services.storage.stores.sessions.list(realm.realm.id, person.id);
  return {
    sessions: await Promise.all(
      sessions.map(async (each) => ({
        id: each.uid,
        current: each.uid === token.sessionUid,
        from: placeOf(services, each),
        startedAt: each.createdAt.toISOString(),
        lastSeenAt: each.lastSeenAt.toISOString(),
        expiresAt: each.expiresAt.toISOString(),
        applications: await namesOf(each.clients),
      })),
    ),
  };

  /** As people know them; the account pages are none. */
  async function namesOf(clientIds: readonly string[]): Promise<string[]> {
    const others = clientIds.filter((clientId) => clientId !== services.accountClientId);
    const clients = await Promise.all(others.map((clientId) => realm.client(clientId)));
    return clients.flatMap((client) => (client ? [client.name ?? client.clientId] : []));
  }
};

export const endSession: Handler<'endSession'> = async (request) => {
  const { services, realm, person, id } = request;
  await services.storage.transaction(async (stores) => {
    if (!(await stores.sessions.end(realm.realm.id, person.id, id)))
      throw new AppError('not_found', 'no such session of this person');
    await stores.audit.append({
      ...byToken(request),
      sessionUid: id,
      type: 'session.ended',
      detail: { by: 'person' },
    });
  });
  return undefined;
};

export const endOtherSessions: Handler<'endOtherSessions'> = async (request) => {
  const { services, realm, person, token } = request;
  const ended = await services.storage.transaction(async (stores) => {
    const count = await stores.sessions.endAll(realm.realm.id, person.id, token.sessionUid);
    await stores.audit.append({ ...byToken(request), type: 'session.ended_all', detail: { by: 'person', count } });
    return count;
  });
  return { ended };
};
