import type { ErrorCode } from '@sparekey/contracts';
import { requestOf } from '@sparekey/http';
import type { OidcPages } from './oidc/pages.ts';
import { pageView } from './page-view.ts';
import * as pages from './pages/index.ts';

/** What a person is told; the OAuth code beneath is for the developers of the application. */
function codeFor(error: string): ErrorCode {
  if (error === 'server_error') return 'internal';
  return error === 'temporarily_unavailable' ? 'unavailable' : 'bad_request';
}

/** The hosted pages behind the protocol endpoints. */
export const protocolPages: OidcPages = {
  async error(ctx, realm, { error, description }) {
    const { origin, log } = requestOf(ctx);
    log.info({ oauthError: error, description }, 'protocol request refused');
    // A sign-in that was left open too long ends here when it is resumed.
    const expired = error === 'invalid_request' && /session/.test(description ?? '');
    ctx.body = (
      expired
        ? pages.expired({}, pageView(ctx, realm))
        : pages.error(
            {
              code: codeFor(error),
              requestId: origin.requestId,
              ...(codeFor(error) === 'bad_request'
                ? { publicMessage: `${[error, description].filter(Boolean).join(': ')}.` }
                : {}),
            },
            pageView(ctx, realm),
          )
    ).toString();
  },

  async logoutConfirm(ctx, realm, { action, xsrf, clientName }) {
    ctx.body = pages.logout({ action, xsrf, app: clientName }, pageView(ctx, realm)).toString();
  },

  async loggedOut(ctx, realm, client) {
    const back = client?.baseUrl === undefined ? undefined : { href: client.baseUrl, app: client.name };
    ctx.body = pages.signedOut({ back }, pageView(ctx, realm)).toString();
  },
};
