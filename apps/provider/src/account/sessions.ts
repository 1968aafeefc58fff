import * as pages from '../pages/index.ts';
import { endSession, endSessions } from './operations/sessions.ts';
import { type AccountRequest, accountForm, acting, notAllowed, respond, seeOther } from './session.ts';

/** Ends one session (`end:{uid}`), this one (`end:current`), all others (`end:others`) or all (`end:all`). */
export async function endSessionsPosted(request: AccountRequest): Promise<void> {
  const { ctx, session, view, paths } = request;
  if (ctx.method !== 'POST') notAllowed(ctx, 'POST');
  const action = (await accountForm(request)).get('action');
  const signedOut = () => respond(ctx, pages.signedOut({ back: { href: paths.overview } }, view));
  if (action === 'end:all') {
    await endSessions(acting(request), 'all');
    return signedOut();
  }
  if (action === 'end:others') {
    await endSessions(acting(request), 'others');
    return seeOther(ctx, `${paths.overview}?notice=sessions_ended`);
  }
  const uid = action === 'end:current' ? session.uid : action.replace(/^end:/, '');
  const ended = await endSession(acting(request), uid);
  if (uid === session.uid) return signedOut();
  seeOther(ctx, ended ? `${paths.overview}?notice=session_ended` : paths.overview);
}
