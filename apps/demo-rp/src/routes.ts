import Router from '@koa/router';
import { AppError } from '@sparekey/contracts';
import { allowFormTargets, type Logger, readForm } from '@sparekey/http';
import type { Context } from 'koa';
import * as client from 'openid-client';
import type { Application } from './applications.ts';
import * as pages from './pages.ts';
import type { RelyingParty, Wish } from './relying-party.ts';
import { maySeeSecurity, securityOf } from './security.ts';
import type { Session, Sessions, SignedIn } from './sessions.ts';

const mfa = 'urn:sparekey:acr:mfa';

export interface Parts {
  application: Application;
  party: RelyingParty;
  sessions: Sessions;
  /** Address of this process, without a trailing slash. */
  baseUrl: string;
  issuer: URL;
  logger: Logger;
}

/** All pages of one application, below `/{key}`. */
export function routes({ application, party, sessions, baseUrl, issuer, logger }: Parts): Router {
  const home = `/${application.key}`;
  const cookie = `demo_${application.key}`;
  const cookieOptions = { httpOnly: true, sameSite: 'lax', path: home, overwrite: true } as const;

  const current = (ctx: Context): Session | undefined => sessions.get(ctx.cookies.get(cookie));

  /** A new session under a new id, so that an id from before the sign-in is worth nothing after it. */
  function replace(ctx: Context, content: Pick<Session, 'begun' | 'signedIn'>): void {
    const old = current(ctx);
    if (old) sessions.end(old.id);
    ctx.cookies.set(cookie, sessions.create(content).id, cookieOptions);
  }

  function signedInOr401(ctx: Context): SignedIn {
    const signedIn = current(ctx)?.signedIn;
    if (!signedIn) throw new AppError('unauthorized', 'no session here', { publicMessage: 'You are signed out.' });
    return signedIn;
  }

  /** Posts come from our own pages only (Fetch Metadata); SameSite=Lax keeps the cookie from the others already. */
  function ownForm(ctx: Context): void {
    const site = ctx.get('sec-fetch-site');
    if (site !== '' && site !== 'same-origin') throw new AppError('csrf_failed', `form from ${site}`);
  }

  async function begin(ctx: Context, wish: Wish): Promise<void> {
    const { url, begun } = await party.begin(wish);
    const session = current(ctx);
    if (session) session.begun = begun;
    else replace(ctx, { begun });
    ctx.redirect(url.href);
  }

  const router = new Router({ prefix: home });

  router.get('/', (ctx) => {
    const signedIn = current(ctx)?.signedIn;
    ctx.type = 'html';
    ctx.body = signedIn ? pages.signedIn(application, signedIn) : pages.signedOut(application);
    // The sign-out form leads to the provider and back.
    allowFormTargets(ctx, [issuer.href]);
    if (signedIn) delete signedIn.note;
  });

  router.get('/sign-in', (ctx) => begin(ctx, {}));
  router.get('/step-up', (ctx) => begin(ctx, { acrValues: mfa }));
  if (application.seesSecurity) router.get('/security', (ctx) => begin(ctx, { account: true }));
  router.get('/fresh', (ctx) => begin(ctx, { maxAge: 0 }));

  router.get('/callback', async (ctx) => {
    const session = current(ctx);
    const begun = session?.begun;
    if (!begun) {
      throw new AppError('bad_request', 'callback without a request of ours', {
        publicMessage: 'This sign-in was not started here, or has been finished already.',
      });
    }
    // Spent whatever comes of it: a second callback finds nothing.
    delete session.begun;
    try {
      const signedIn = await party.finish(new URL(ctx.originalUrl, baseUrl), begun);
      // A provider may keep names and addresses for userinfo (OIDC Core §5.4).
      signedIn.userInfo = await party.userInfo(signedIn);
      const security = maySeeSecurity(signedIn) ? await securityOf(issuer, signedIn.accessToken) : undefined;
      if (security !== undefined) signedIn.security = security;
      replace(ctx, { signedIn });
      ctx.redirect(home);
    } catch (error) {
      if (error instanceof client.AuthorizationResponseError) return refused(ctx, error);
      if (error instanceof client.ClientError || error instanceof client.ResponseBodyError) {
        throw new AppError('bad_request', 'the provider’s answer failed a check', {
          publicMessage: 'The answer of the identity provider does not belong to this sign-in. Start again.',
          cause: error,
        });
      }
      throw error;
    }
  });

  function refused(ctx: Context, { error, error_description: description = '' }: client.AuthorizationResponseError) {
    logger.info({ application: application.key, error }, 'sign-in refused');
    const declined = error === 'access_denied';
    ctx.status = 403;
    ctx.type = 'html';
    ctx.body = pages.failed(
      application,
      declined ? 'You did not sign in' : 'Signing in did not work',
      declined ? 'The sign-in was cancelled. Nothing has changed.' : `${error}: ${description}`,
    );
  }

  router.post('/refresh', async (ctx) => {
    ownForm(ctx);
    const signedIn = signedInOr401(ctx);
    const { refreshToken } = signedIn;
    if (refreshToken === undefined) throw new AppError('bad_request', 'no refresh token');
    try {
      const refreshed = await party.refresh({ ...signedIn, refreshToken });
      Object.assign(signedIn, refreshed, { note: 'The tokens are new.' });
    } catch (error) {
      if (!(error instanceof client.ResponseBodyError) || error.error !== 'invalid_grant') throw error;
      const session = current(ctx);
      if (session) sessions.end(session.id);
      logger.info({ application: application.key }, 'refresh token refused: session ended');
    }
    ctx.redirect(home);
  });

  router.post('/userinfo', async (ctx) => {
    ownForm(ctx);
    const signedIn = signedInOr401(ctx);
    try {
      signedIn.userInfo = await party.userInfo(signedIn);
      signedIn.note = 'Userinfo was asked for again.';
    } catch (error) {
      if (!(error instanceof client.WWWAuthenticateChallengeError)) throw error;
      signedIn.note = 'The access token is no longer accepted. Refresh the tokens, then ask again.';
    }
    ctx.redirect(home);
  });

  router.post('/sign-out', async (ctx) => {
    ownForm(ctx);
    const session = current(ctx);
    const idToken = session?.signedIn?.idToken;
    if (session) sessions.end(session.id);
    ctx.cookies.set(cookie, null, cookieOptions);
    ctx.redirect(idToken === undefined ? home : (await party.endSessionUrl(idToken)).href);
  });

  router.post('/backchannel-logout', async (ctx) => {
    ctx.set('Cache-Control', 'no-store');
    const token = (await readForm(ctx)).get('logout_token');
    try {
      const ended = sessions.endFor(await party.verifyLogoutToken(token));
      logger.info({ application: application.key, sessions: ended }, 'signed out by the provider');
      ctx.status = 200;
    } catch (error) {
      if (error instanceof AppError && error.status >= 500) throw error;
      logger.warn({ application: application.key, err: error }, 'logout token refused');
      ctx.status = 400;
      ctx.body = { error: 'invalid_request' };
    }
  });

  return router;
}
