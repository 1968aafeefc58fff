import { AppError, type ErrorCode } from '@sparekey/contracts';
import type { Demand } from '@sparekey/sign-in';
import type { Context } from 'koa';
import { ACCOUNT_SCOPE } from '../oidc/claims.ts';
import type { ServedRealm } from '../realms/cache.ts';

type Parameters = Record<string, string | undefined>;

/** Refuses with a Bearer challenge (RFC 6750 §3). Values are ours; none holds a quote or a backslash. */
function refuse(ctx: Context, { realm }: ServedRealm, code: ErrorCode, message: string, parameters: Parameters): never {
  const all = Object.entries({ realm: realm.name, ...parameters });
  const told = all.flatMap(([name, value]) => (value === undefined ? [] : [`${name}="${value}"`]));
  ctx.set('WWW-Authenticate', `Bearer ${told.join(', ')}`);
  throw new AppError(code, message);
}

/** No token was sent: then nothing is said but how to get one (RFC 6750 §3.1). */
export function askForToken(ctx: Context, realm: ServedRealm): never {
  refuse(ctx, realm, 'unauthorized', 'no access token', { scope: ACCOUNT_SCOPE });
}

/** Whatever is wrong with a token, one answer: which of the reasons it is tells a thief what to try next. */
export function refuseToken(ctx: Context, realm: ServedRealm): never {
  refuse(ctx, realm, 'invalid_token', 'no live token of this realm', { error: 'invalid_token' });
}

export function refuseScope(ctx: Context, realm: ServedRealm): never {
  const parameters = { error: 'insufficient_scope', scope: ACCOUNT_SCOPE };
  refuse(ctx, realm, 'insufficient_scope', 'the token lacks the scope', parameters);
}

/** Names what an authorization request has to ask for, in the words of that request (RFC 9470 §3). */
export function askForSignIn(ctx: Context, realm: ServedRealm, { acr, maxAgeSeconds }: Partial<Demand>): never {
  refuse(ctx, realm, 'insufficient_user_authentication', 'the sign-in behind the token is too weak or too old', {
    error: 'insufficient_user_authentication',
    acr_values: acr,
    max_age: maxAgeSeconds === undefined ? undefined : String(maxAgeSeconds),
  });
}
