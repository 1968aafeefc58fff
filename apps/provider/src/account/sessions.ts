import * as pages from '../pages/index.ts';
import { type AccountRequest, accountForm, byPerson, notAllowed, respond, seeOther } from './session.ts';

/** Ends one session (`end:{uid}`), this one (`end:current`) or all (`end:all`). */
export async function endSessions(request: AccountRequest): Promise<void> {
  const { ctx, services, realm, person, session, view, paths } = request;
  if (ctx.method !== 'POST') notAllowed(ctx, 'POST');
  const action = (await accountForm(request)).get('action');
  const { storage } = services;
  if (action === 'end:all') {
    await storage.transaction(async (stores) => {
      const count = await stores.sessions.endAll(realm.realm.id, person.id);
      await stores.audit.append({ ...byPerson(request), type: 'session.ended_all', detail: { by: 'person', count } });
    });
    return respond(ctx, pages.signedOut({ back: { href: paths.overview } }, view));
  }
  const uid = action === 'end:current' ? session.uid : action.replace(/^end:/, '');
  const ended = await storage.transaction(async (stores) => {
    const found = await stores.sessions.end(realm.realm.id, person.id, uid);
    if (found)
      await stores.audit.append({
        ...byPerson(request),
        sessionUid: uid,
        type: 'session.ended',
        detail: { by: 'person' },
      });
    return found;
  });
  if (uid === session.uid) return respond(ctx, pages.signedOut({ back: { href: paths.overview } }, view));
  seeOther(ctx, ended ? `${paths.overview}?notice=session_ended` : paths.overview);
}
