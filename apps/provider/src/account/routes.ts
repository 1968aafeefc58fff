import { AppError } from '@sparekey/contracts';
import { requestOf } from '@sparekey/http';
import { type RouteGroup, routeGroup } from '../route-group.ts';
import type { Services } from '../services.ts';
import { activityPage } from './activity.ts';
import { applicationsPage } from './applications.ts';
import { newAuthenticator, removeAuthenticator } from './authenticators.ts';
import { backupCodes, codesUsed } from './backup-codes.ts';
import { deleteAccountPage } from './deletion.ts';
import { forgetDevicePosted } from './devices.ts';
import { overview } from './overview.ts';
import { newPasskey, renamePasskey } from './passkeys.ts';
import { changePassword } from './password.ts';
import { phonePage } from './phone.ts';
import { profile } from './profile.ts';
import { type AccountRequest, accountRequest, notAllowed, returnToAccount } from './session.ts';
import { endSessionsPosted } from './sessions.ts';

const account = /^\/realms\/([^/]+)\/account(\/[A-Za-z0-9/_.-]*)?$/;
const single = /^\/authenticators\/([0-9a-f-]{36})\/(remove|rename)$/;

const pagesByPath: Record<string, (request: AccountRequest) => Promise<void>> = {
  '': overview,
  '/profile': profile,
  '/password': changePassword,
  '/authenticators/new': newAuthenticator,
  '/passkeys/new': newPasskey,
  '/backup-codes': backupCodes,
  '/sessions': endSessionsPosted,
  '/delete': deleteAccountPage,
  '/phone': phonePage,
  '/devices': forgetDevicePosted,
  '/activity': activityPage,
  '/applications': applicationsPage,
  '/backup-codes/used': codesUsed,
};

const routes = [...Object.keys(pagesByPath), '/return', '/authenticators/:id/remove', '/authenticators/:id/rename'].map(
  (path) => `/realms/:realm/account${path}`,
);

/** The account pages, `/realms/{realm}/account…`. */
export function accountRoutes(services: Services): RouteGroup {
  return routeGroup(routes, async (ctx, next) => {
    const match = account.exec(ctx.path);
    if (match === null) return next();
    const [, name = '', rest = ''] = match;
    const [, id, verb = ''] = single.exec(rest) ?? [];
    const page = pagesByPath[rest];
    if (page === undefined && id === undefined && rest !== '/return') return next();
    requestOf(ctx).route = `/realms/:realm/account${id === undefined ? rest : `/authenticators/:id/${verb}`}`;
    const realm = await services.realms.get(name);
    if (realm === undefined) throw new AppError('not_found', `no realm ${name}`);
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD' && ctx.method !== 'POST') notAllowed(ctx, 'GET, HEAD, POST');
    if (rest === '/return') return returnToAccount(ctx, realm);
    const request = await accountRequest(services, ctx, realm);
    if (request === undefined) return;
    if (id === undefined) return page?.(request);
    await (verb === 'rename' ? renamePasskey(request, id) : removeAuthenticator(request, id));
  });
}
