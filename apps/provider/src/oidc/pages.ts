import type { Context } from 'koa';
import type { ServedRealm } from '../realms/cache.ts';

/** The pages that the protocol endpoints themselves show; each writes status-independent HTML to `ctx.body`. */
export interface OidcPages {
  /** A request that cannot be answered with a redirect. `error` is an OAuth code; `status` is set already. */
  error(ctx: Context, realm: ServedRealm, error: { error: string; description: string | undefined }): Promise<void>;
  /** Asks whether to sign out. The form posts `xsrf` to `action`; the button that confirms is `name=logout value=yes`. */
  logoutConfirm(
    ctx: Context,
    realm: ServedRealm,
    form: { action: string; xsrf: string; clientName: string | undefined },
  ): Promise<void>;
  loggedOut(
    ctx: Context,
    realm: ServedRealm,
    client: { name: string; baseUrl: string | undefined } | undefined,
  ): Promise<void>;
}
