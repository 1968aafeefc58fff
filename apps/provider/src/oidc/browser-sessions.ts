import type { Context } from 'koa';
import type { ServedRealm } from '../realms/cache.ts';
import type { CurrentSession } from './interaction.ts';

/** client_id of the account pages in every realm; built in, never stored. */
export const ACCOUNT_CLIENT_ID = 'account';

/** The provider's own session of this browser, for the account pages. */
export interface BrowserSessions {
  /** Undefined when nobody is signed in to this realm in this browser. */
  current(ctx: Context, realm: ServedRealm): Promise<CurrentSession | undefined>;
}
