import { csrfToken, readForm, verifyCsrf } from '@sparekey/http';
import type { ActionLink, User } from '@sparekey/realms';
import type { Context } from 'koa';
import { pageView } from '../page-view.ts';
import * as pages from '../pages/index.ts';
import { readNewPassword, setPassword } from '../passwords/new-password.ts';
import type { ServedRealm } from '../realms/cache.ts';
import type { Services } from '../services.ts';
import { respondLink } from './respond.ts';
import { VERIFY_EMAIL } from './verification.ts';

/**
 * The link of a forgotten password: a page with a form, and nothing happens before it is posted. A new password is all
 * that comes of it: nobody is signed in, no second factor is dropped or spared, and the sign-in afterwards asks for
 * everything as usual (CVE-2026-18963, KC#12759, AK#18639).
 */
export async function resetPassword(
  services: Services,
  ctx: Context,
  realm: ServedRealm,
  token: string,
): Promise<void> {
  const { storage, csrfKey } = services;
  const link = await storage.stores.actionLinks.peek(realm.realm.id, token, 'forgot_password');
  const person = link && (await personOf(services, realm, link));
  const view = pageView(ctx, realm, { locale: person?.locale });
  if (person === undefined) return respondLink(ctx, realm, view, 'unusable');

  const binding = `reset:${realm.realm.id}:${token}`;
  const model = {
    csrf: csrfToken(csrfKey, binding),
    step: 'reset',
    username: person.username,
    minLength: realm.realm.policy.password.minLength,
    reason: 'reset',
  } as const;
  const show = (status: number, problem?: pages.FormProblem) => {
    ctx.status = status;
    ctx.type = 'html';
    ctx.body = pages.changePassword({ ...model, problem }, view).toString();
  };
  if (ctx.method !== 'POST') return show(200);

  const form = await readForm(ctx);
  verifyCsrf(ctx, { key: csrfKey, binding, publicUrl: new URL(services.publicUrl) }, form.get('csrf'));
  const wanted = await readNewPassword(services, realm, person, form);
  if ('problem' in wanted) return show(422, wanted.problem);
  const done = await storage.transaction(async (stores) => {
    if ((await stores.actionLinks.consume(realm.realm.id, token, 'forgot_password')) === undefined) return false;
    const by = { actor: { kind: 'user', id: person.id }, origin: services.originOf(ctx), reason: 'reset' } as const;
    await setPassword(stores, realm, person, wanted.phc, by);
    // Who followed the link reads the mail of this address.
    if (person.email !== undefined) {
      await stores.users.verifyEmail(realm.realm.id, person.id, person.email, person.email);
      await stores.users.actionDone(realm.realm.id, person.id, VERIFY_EMAIL);
    }
    return true;
  });
  // The guesses were at the old password: whoever was locked out by them gets in with the new one.
  if (done) await storage.attempts.succeeded({ realmId: realm.realm.id, factor: 'password', subject: person.id });
  respondLink(ctx, realm, view, done ? 'password_reset' : 'unusable');
}

/** Undefined as well when the address the link was sent to is not the person's any more. */
async function personOf({ storage }: Services, { realm }: ServedRealm, link: ActionLink): Promise<User | undefined> {
  const person = await storage.stores.users.byId(realm.id, link.userId);
  return person?.enabled && person.email === link.data.email ? person : undefined;
}
