import { createHash } from 'node:crypto';
import { AppError } from '@sparekey/contracts';
import { csrfToken, type Form, readForm, verifyCsrf } from '@sparekey/http';
import type { Policy, Requirement } from '@sparekey/policy';
import type { User } from '@sparekey/realms';
import type { AccountChange } from '@sparekey/sign-in';
import type { Context } from 'koa';
import type { CurrentSession } from '../oidc/interaction.ts';
import { pageView, realmPath } from '../page-view.ts';
import { accountPaths, type Html, type View } from '../pages/index.ts';
import { policyFor } from '../policy/policy-for.ts';
import type { ServedRealm } from '../realms/cache.ts';
import type { Services } from '../services.ts';
import { missingFor } from './assurance.ts';
import { type Acting, byPerson as actingPerson } from './operations/acting.ts';

/** A request of a signed-in person to their account. */
export interface AccountRequest {
  ctx: Context;
  services: Services;
  realm: ServedRealm;
  session: CurrentSession;
  person: User;
  /** The policy the person is under. */
  policy: Policy;
  /** Why they must hold a second factor; undefined when they need not. */
  requirement: Requirement | undefined;
  view: View;
  csrf: string;
  paths: ReturnType<typeof accountPaths>;
}

/** Who asks. Without a session the browser is sent to sign in and comes back; then undefined is returned. */
export async function accountRequest(
  services: Services,
  ctx: Context,
  realm: ServedRealm,
): Promise<AccountRequest | undefined> {
  const session = await services.sessions.current(ctx, realm);
  const person = session && (await services.storage.stores.users.byId(realm.realm.id, session.userId));
  if (session === undefined || !person?.enabled) {
    requireSignIn(services, ctx, realm, {});
    return undefined;
  }
  return {
    ctx,
    services,
    realm,
    session,
    person,
    ...(await policyFor(services.storage.stores, { ctx, realm }, person.id)),
    view: pageView(ctx, realm, { locale: person.locale }),
    csrf: csrfToken(services.csrfKey, binding(realm, session)),
    paths: accountPaths(realmPath(realm)),
  };
}

/**
 * True when the session may make the change (`missingFor` decides, for every door alike); else the browser is sent to
 * prove what is missing, and comes back to this address.
 */
export async function requireAssurance(request: AccountRequest, change: AccountChange): Promise<boolean> {
  const { services, ctx, realm, session } = request;
  const demand = await missingFor(change, session, request);
  if (demand === undefined) return true;
  requireSignIn(services, ctx, realm, demand);
  return false;
}

/**
 * Sends the browser through the provider's own authorization endpoint as the built-in client `account`. The code that
 * comes back is never redeemed (nobody knows the verifier): what counts is the session it leaves.
 */
function requireSignIn(
  services: Services,
  ctx: Context,
  realm: ServedRealm,
  wish: { maxAgeSeconds?: number; acr?: string },
): void {
  const query = new URLSearchParams({
    client_id: services.accountClientId,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: `${realm.issuer}/account/return`,
    state: ctx.method === 'GET' ? ctx.path : `${realmPath(realm)}/account`,
    code_challenge: createHash('sha256').update(crypto.randomUUID()).digest('base64url'),
    code_challenge_method: 'S256',
    ...(wish.maxAgeSeconds === undefined ? {} : { max_age: String(wish.maxAgeSeconds) }),
    ...(wish.acr === undefined ? {} : { acr_values: wish.acr }),
  });
  ctx.status = 303;
  ctx.set('Location', `${realmPath(realm)}/protocol/openid-connect/auth?${query}`);
}

/** Back from signing in: on to the account page that was asked for, and to no other place. */
export function returnToAccount(ctx: Context, realm: ServedRealm): void {
  const account = `${realmPath(realm)}/account`;
  const wanted = typeof ctx.query.state === 'string' ? ctx.query.state : '';
  const below = wanted.startsWith(account) ? wanted.slice(account.length) : '/return';
  // Names with a slash before each: no //host, no dots that climb, nothing that a browser reads in another way.
  const known = /^(?:\/[A-Za-z0-9_-]+)*$/.test(below) && below !== '/return';
  ctx.status = 303;
  ctx.set('Location', known ? wanted : account);
}

/** Reads a posted form and refuses one that is not of this session. */
export async function accountForm(request: AccountRequest): Promise<Form> {
  const { ctx, services, realm, session } = request;
  const form = await readForm(ctx);
  const expected = { key: services.csrfKey, binding: binding(realm, session), publicUrl: new URL(services.publicUrl) };
  verifyCsrf(ctx, expected, form.get('csrf'));
  return form;
}

function binding(realm: ServedRealm, session: CurrentSession): string {
  return `account:${realm.realm.id}:${session.uid}`;
}

export function respond(ctx: Context, html: Html, status = 200): void {
  ctx.status = status;
  ctx.type = 'html';
  ctx.body = html.toString();
}

export function seeOther(ctx: Context, location: string): void {
  ctx.status = 303;
  ctx.set('Location', location);
}

/** The person behind a request, for the operations. */
export function acting({ services, realm, person, policy, session, ctx }: AccountRequest): Acting {
  return { services, realm, person, policy, sessionUid: session.uid, origin: services.originOf(ctx) };
}

/** Fields of an audit event of a person changing their own account. */
export const byPerson = (request: AccountRequest) => actingPerson(acting(request));

export function notAllowed(ctx: Context, allow: string): never {
  ctx.set('Allow', allow);
  throw new AppError('method_not_allowed', `${ctx.method} on an account page`);
}
