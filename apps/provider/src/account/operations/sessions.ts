import { type Acting, byPerson } from './acting.ts';
import { applicationNames } from './applications.ts';
import { type Whereabouts, whereabouts } from './whereabouts.ts';

/** A browser session of the person. */
export interface AccountSession {
  /** Its uid, fit for a form; never the cookie's value. */
  id: string;
  /** The one that asks. */
  current: boolean;
  startedAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
  where: Whereabouts;
  /** Names of the applications that were signed in to with it. */
  applications: string[];
}

/** This one first, then those seen last. */
export async function sessions(acting: Acting): Promise<AccountSession[]> {
  const { services, realm, person, sessionUid } = acting;
  const found = await services.storage.stores.sessions.list(realm.realm.id, person.id);
  const names = await applicationNames(acting, new Set(found.flatMap(({ clients }) => clients)));
  return found
    .map(({ uid, createdAt, lastSeenAt, expiresAt, ip, userAgent, clients }) => ({
      id: uid,
      current: uid === sessionUid,
      startedAt: createdAt,
      lastSeenAt,
      expiresAt,
      where: whereabouts(services, { ip, userAgent }),
      applications: clients.flatMap((clientId) => names.get(clientId) ?? []),
    }))
    .sort((a, b) => Number(b.current) - Number(a.current) || b.lastSeenAt.getTime() - a.lastSeenAt.getTime());
}

/** Ends one, with its grants and tokens; false when the person has none of that id. */
export async function endSession(acting: Acting, id: string): Promise<boolean> {
  const { services, realm, person } = acting;
  return services.storage.transaction(async (stores) => {
    const found = await stores.sessions.end(realm.realm.id, person.id, id);
    if (found)
      await stores.audit.append({
        ...byPerson(acting),
        sessionUid: id,
        type: 'session.ended',
        detail: { by: 'person' },
      });
    return found;
  });
}

/** Ends all, or all but the one that asks; returns how many. */
export async function endSessions(acting: Acting, which: 'all' | 'others'): Promise<number> {
  const { services, realm, person, sessionUid } = acting;
  return services.storage.transaction(async (stores) => {
    const except = which === 'others' ? sessionUid : undefined;
    const count = await stores.sessions.endAll(realm.realm.id, person.id, except);
    await stores.audit.append({ ...byPerson(acting), type: 'session.ended_all', detail: { by: 'person', count } });
    return count;
  });
}
