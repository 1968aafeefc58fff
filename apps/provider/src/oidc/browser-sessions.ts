import type { UserId } from '@sparekey/contracts';
import type { Context } from 'koa';
import type { ServedRealm } from '../realms/cache.ts';
import type { Engines } from './engines.ts';
import type { CurrentSession } from './interaction.ts';

/** The provider's own session of this browser, for the account pages. */
export interface BrowserSessions {
  /** Undefined when nobody is signed in to this realm in this browser. */
  current(ctx: Context, realm: ServedRealm): Promise<CurrentSession | undefined>;
}

/** Reads the session by its signed cookie, as the authorization endpoint does, and changes nothing. */
export function createBrowserSessions(engines: Engines): BrowserSessions {
  return {
    async current(ctx, realm) {
      const { provider } = await engines.of(realm);
      const { cookies } = provider.createContext(ctx.req, ctx.res);
      const id = cookies.get(provider.cookieName('session'), { signed: true });
      const session = id === undefined ? undefined : await provider.Session.find(id);
      if (session?.accountId === undefined) return undefined;
      const { uid, accountId, acr, amr, loginTs } = session;
      return { uid, userId: accountId as UserId, acr, amr: amr ?? [], authTime: loginTs };
    },
  };
}
