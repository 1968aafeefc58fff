import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import type { ServedRealm } from '../realms/cache.ts';
import type { OidcPages } from './pages.ts';

/** Shows what cannot be answered with a redirect. The description is the engine's own text for developers of clients. */
export function renderError(realm: ServedRealm, pages: OidcPages) {
  return async (ctx: KoaContextWithOIDC, out: ErrorOut): Promise<void> => {
    ctx.type = 'html';
    await pages.error(ctx, realm, { error: out.error, description: out.error_description });
  };
}

/** Whether the hint proves that the client speaks of this very session: same person, and same `sid` where it has one. */
function hintMatchesSession({ oidc }: KoaContextWithOIDC): boolean {
  const payload = oidc.entities.IdTokenHint?.payload;
  const { session, client } = oidc;
  if (payload === undefined || session === undefined || client === undefined) return false;
  if (payload.sub !== session.accountId) return false;
  return payload.sid === undefined || payload.sid === session.sidFor(client.clientId);
}

function stateString(state: unknown, key: string): string | undefined {
  const value = typeof state === 'object' && state !== null ? (state as Record<string, unknown>)[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** Ends the session without asking and sends the browser on, as RP-Initiated Logout §2 allows with a valid hint. */
async function endNow(ctx: KoaContextWithOIDC): Promise<void> {
  const { oidc } = ctx;
  const { session, provider } = oidc;
  if (session === undefined) return;
  const target = stateString(session.state, 'postLogoutRedirectUri');
  const clientState = stateString(session.state, 'state');
  await session.destroy();
  oidc.cookies.set(provider.cookieName('session'), null, { path: `${new URL(provider.issuer).pathname}/` });
  const url = new URL(target ?? oidc.urlFor('end_session_success'));
  if (target !== undefined && clientState !== undefined) url.searchParams.set('state', clientState);
  provider.emit('end_session.success', ctx);
  ctx.status = 303;
  ctx.redirect(url.href);
}

/**
 * Signing out at a client's request: at once when a valid ID token hint names this session, else after the person
 * confirmed (RFC 9700 and OIDC RP-Initiated Logout §6: otherwise any page could sign people out).
 */
export function renderLogout(realm: ServedRealm, pages: OidcPages) {
  return async (ctx: KoaContextWithOIDC): Promise<void> => {
    if (hintMatchesSession(ctx)) return endNow(ctx);
    const { oidc } = ctx;
    const xsrf = stateString(oidc.session?.state, 'secret');
    if (xsrf === undefined) throw new Error('the engine made no CSRF token for the logout form');
    await pages.logoutConfirm(ctx, realm, {
      action: oidc.urlFor('end_session_confirm'),
      xsrf,
      clientName: oidc.client?.clientName ?? oidc.client?.clientId,
    });
  };
}

/** Tells that the person is signed out, with a way back to the application when it is known. */
export function renderLoggedOut(realm: ServedRealm, pages: OidcPages) {
  return async (ctx: KoaContextWithOIDC): Promise<void> => {
    const { client } = ctx.oidc;
    const from =
      client === undefined ? undefined : { name: client.clientName ?? client.clientId, baseUrl: client.clientUri };
    await pages.loggedOut(ctx, realm, from);
  };
}
