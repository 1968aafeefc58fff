import { AppError } from '@sparekey/contracts';
import { csrfToken, networkOf, readForm, verifyCsrf } from '@sparekey/http';
import type { Context } from 'koa';
import { pageView, realmPath } from '../page-view.ts';
import * as pages from '../pages/index.ts';
import type { ServedRealm } from '../realms/cache.ts';
import type { Services } from '../services.ts';

/** How long a reset link is good for, in minutes. */
const MINUTES = 30;

/** Requests of one network within an hour. */
const REQUESTS_PER_NETWORK = 30;

const LONGEST_LOGIN = 320;

/**
 * "Forgot your password?", within a sign-in. It touches no journey, so no step of one can be skipped through it
 * (CVE-2026-18963). Whoever is named, nobody is looked up here: the name goes into the outbox, and the worker finds out
 * whether there is someone to write to. So answer, statements and time are the same for known, unknown, disabled and
 * locked people.
 */
export async function forgotPassword(services: Services, ctx: Context, realm: ServedRealm, uid: string): Promise<void> {
  if (!services.messaging.mail) throw new AppError('not_found', 'no mail can be sent here');
  const { requested, client } = await services.interactions.load(ctx, realm, uid);
  const view = pageView(ctx, realm, { uiLocales: requested.uiLocales });
  const binding = `forgot:${realm.realm.id}:${uid}`;
  const purpose =
    client.clientId === services.accountClientId
      ? ({ change: 'account' } as const)
      : { app: client.name ?? client.clientId };
  const model = { csrf: csrfToken(services.csrfKey, binding), step: 'forgot', purpose };
  if (ctx.method !== 'POST') {
    return respond(ctx, 200, pages.forgotPassword({ ...model, username: requested.loginHint ?? '' }, view));
  }
  const form = await readForm(ctx);
  verifyCsrf(ctx, { key: services.csrfKey, binding, publicUrl: new URL(services.publicUrl) }, form.get('csrf'));
  if (form.get('action') === 'cancel') {
    ctx.status = 303;
    ctx.set('Location', `${realmPath(realm)}/sign-in/${uid}`);
    return;
  }
  const login = form.get('username').trim();
  const problem = problemOf(login);
  if (problem) return respond(ctx, 422, pages.forgotPassword({ ...model, username: login, problem }, view));

  const { ip, userAgent, requestId } = services.originOf(ctx);
  const taken = await services.storage.transaction(async (stores) => {
    const realmId = realm.realm.id;
    if (!(await stores.sendLimits.take(realmId, `forgot:${networkOf(ip)}`, REQUESTS_PER_NETWORK, 3600))) return false;
    const secret = { login, locale: view.locale, minutes: MINUTES, origin: { ip, userAgent, requestId } };
    await stores.outbox.add({ realmId, kind: 'password_reset_request', payload: {}, secret });
    return true;
  });
  if (!taken) throw new AppError('too_many_attempts', 'too many reset links asked for from one network');
  respond(ctx, 200, pages.resetSent({ ...model, minutes: MINUTES }, view));
}

function problemOf(login: string): pages.FormProblem | undefined {
  if (login === '') return { kind: 'missing', field: 'username' };
  return login.length > LONGEST_LOGIN ? { kind: 'too_long', field: 'username', max: LONGEST_LOGIN } : undefined;
}

function respond(ctx: Context, status: number, html: pages.Html): void {
  ctx.status = status;
  ctx.type = 'html';
  ctx.body = html.toString();
}
