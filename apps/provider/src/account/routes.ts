import { AppError } from '@sparekey/contracts';
import { requestOf } from '@sparekey/http';
import type { Middleware } from 'koa';
import type { Services } from '../services.ts';
import { newAuthenticator, removeAuthenticator } from './authenticators.ts';
import { backupCodes } from './backup-codes.ts';
import { forgetDevice } from './devices.ts';
import { overview } from './overview.ts';
import { changePassword } from './password.ts';
import { profile } from './profile.ts';
import { type AccountRequest, accountRequest, notAllowed, returnToAccount } from './session.ts';
import { endSessions } from './sessions.ts';

const account = /^\/realms\/([^/]+)\/account(\/[A-Za-z0-9/_.-]*)?$/;
const removal = /^\/authenticators\/([0-9a-f-]{36})\/remove$/;

const pagesByPath: Record<string, (request: AccountRequest) => Promise<void>> = {
  '': overview,
  '/profile': profile,
  '/password': changePassword,
  '/authenticators/new': newAuthenticator,
  '/backup-codes': backupCodes,
  '/sessions': endSessions,
  '/devices': forgetDevice,
};

/** The account pages, `/realms/{realm}/account…`. */
export function accountRoutes(services: Services): Middleware {
  return async (ctx, next) => {
    const match = account.exec(ctx.path);
    if (match === null) return next();
    const [, name = '', rest = ''] = match;
    const remove = removal.exec(rest)?.[1];
    const page = pagesByPath[rest];
    if (page === undefined && remove === undefined && rest !== '/return') return next();
    requestOf(ctx).route = `/realms/:realm/account${remove === undefined ? rest : '/authenticators/:id/remove'}`;
    const realm = await services.realms.get(name);
    if (realm === undefined) throw new AppError('not_found', `no realm ${name}`);
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD' && ctx.method !== 'POST') notAllowed(ctx, 'GET, HEAD, POST');
    if (rest === '/return') return returnToAccount(ctx, realm);
    const request = await accountRequest(services, ctx, realm);
    if (request === undefined) return;
    await (remove === undefined ? page?.(request) : removeAuthenticator(request, remove));
  };
}
