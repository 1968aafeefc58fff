import type { UserId } from '@sparekey/contracts';
import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import type { ServedRealm } from '../realms/cache.ts';

import type { Engines } from './engines.ts';
import type { CurrentSession } from './interaction.ts';

type Session = InstanceType<Provider['Session']>;

/** The provider's own session of this browser, for the account pages. */
export interface BrowserSessions {
  /** Undefined when nobody is signed in to this realm in this browser. */
  current(ctx: Context, realm: ServedRealm): Promise<CurrentSession | undefined>;
}

/** The session behind the signed cookie, as the authorization endpoint finds it; changes nothing. */
export async function browserSession(provider: Provider, ctx: Context): Promise<Session | undefined> {
  const { cookies } = provider.createContext(ctx.req, ctx.res);
  const id = cookies.get(provider.cookieName('session'), { signed: true });
  return id === undefined ? undefined : provider.Session.find(id);
}

export function createBrowserSessions(engines: Engines): BrowserSessions {
  return {
    async current(ctx, realm) {
      const { provider } = await engines.of(realm);
      const session = await browserSession(provider, ctx);
      if (session?.accountId === undefined) return undefined;
      const { uid, accountId, acr, amr, loginTs } = session;
      return { uid, userId: accountId as UserId, acr, amr: amr ?? [], authTime: loginTs };
    },
  };
}
