import type { AccountNeeds } from '@sparekey/contracts';
import { demandToReach } from '@sparekey/sign-in';
import type { Context } from 'koa';
import { missingFor } from '../account/assurance.ts';
import { ACCOUNT_SCOPE } from '../oidc/claims.ts';
import { policyFor } from '../policy/policy-for.ts';
import type { ServedRealm } from '../realms/cache.ts';
import type { Services } from '../services.ts';
import { askForSignIn, askForToken, refuseScope, refuseToken } from './challenge.ts';
import { requireOwnOrigin } from './cors.ts';
import type { ApiCaller } from './request.ts';

/** In the header alone (RFC 6750 §2.1): not in an address, which is logged, nor in a form. */
const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i;

/** Who speaks. Refuses with a challenge; a cookie is not looked at. */
export async function authenticate(services: Services, ctx: Context, realm: ServedRealm): Promise<ApiCaller> {
  const header = ctx.get('authorization');
  if (header === '') askForToken(ctx, realm);
  const [, value] = BEARER.exec(header) ?? [];
  const token = value === undefined ? undefined : await services.accessTokens.find(realm, value);
  const { stores } = services.storage;
  const person = token && (await stores.users.byId(realm.realm.id, token.userId));
  if (token === undefined || !person?.enabled) refuseToken(ctx, realm);
  requireOwnOrigin(ctx, token.client);
  if (!token.scopes.has(ACCOUNT_SCOPE)) refuseScope(ctx, realm);
  const origin = services.originOf(ctx);
  const policy = await policyFor(stores, { ctx, realm }, person.id);
  const { sessionUid, client } = token;
  return { services, realm, token, person, origin, sessionUid, clientId: client.clientId, ...policy };
}

/** Refuses, with what to ask for, a token whose sign-in is not enough for an operation. */
export async function requireNeeds(ctx: Context, caller: ApiCaller, needs: AccountNeeds): Promise<void> {
  const { realm, token } = caller;
  const demand = 'read' in needs ? demandToReach(needs.read, token.acr) : await missingFor(needs.change, token, caller);
  if (demand !== undefined) askForSignIn(ctx, realm, demand);
}
