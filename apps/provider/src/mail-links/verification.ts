import { csrfToken, readForm, verifyCsrf } from '@sparekey/http';
import { mail } from '@sparekey/messages';
import type { User } from '@sparekey/realms';
import type { Stores } from '@sparekey/storage';
import type { Context } from 'koa';
import { pageView } from '../page-view.ts';
import * as pages from '../pages/index.ts';
import type { ServedRealm } from '../realms/cache.ts';
import type { Services } from '../services.ts';
import { verifyEmailPath } from './paths.ts';
import { respondLink } from './respond.ts';

/** Name of the required action, as in Keycloak. */
export const VERIFY_EMAIL = 'VERIFY_EMAIL';

/** A mail may wait until the evening, but no address is changed by a link of last week (SP 800-63B-4 §4.2.1.2: 24 h). */
const MINUTES = 24 * 60;
const MAILS_PER_HOUR = 5;

/**
 * Sends a link that verifies an address, which becomes the person's only then; a link sent before ends. False when as
 * many were sent within this hour as may be.
 */
export async function sendVerification(
  { storage }: Services,
  { realm }: ServedRealm,
  person: User,
  email: string,
): Promise<boolean> {
  return storage.transaction(async (stores) => {
    if (!(await stores.sendLimits.take(realm.id, `verify:${person.id}`, MAILS_PER_HOUR, 3600))) return false;
    await stores.actionLinks.revoke(realm.id, person.id, 'verify_email');
    const token = await stores.actionLinks.create({
      realmId: realm.id,
      userId: person.id,
      purpose: 'verify_email',
      ttlSeconds: MINUTES * 60,
      data: { email, from: person.email ?? null },
    });
    const to = { realmId: realm.id, userId: person.id, username: person.username, email, locale: person.locale };
    const letter = { kind: 'verify_email', path: verifyEmailPath(token), minutes: MINUTES } as const;
    await stores.outbox.add(mail(to, letter, new Date(Date.now() + MINUTES * 60_000)));
    return true;
  });
}

/** The link: a page with a button, because mail scanners open links; the address takes effect when it is pressed. */
export async function verifyEmail(services: Services, ctx: Context, realm: ServedRealm, token: string): Promise<void> {
  const { storage, csrfKey } = services;
  const realmId = realm.realm.id;
  const link = await storage.stores.actionLinks.peek(realmId, token, 'verify_email');
  const person = link && (await storage.stores.users.byId(realmId, link.userId));
  const view = pageView(ctx, realm, { locale: person?.locale });
  const email = link?.data.email;
  if (
    link === undefined ||
    typeof email !== 'string' ||
    !person?.enabled ||
    (link.data.from ?? undefined) !== person.email
  )
    return respondLink(ctx, realm, view, 'unusable');

  const binding = `verify:${realmId}:${token}`;
  if (ctx.method !== 'POST') {
    ctx.type = 'html';
    ctx.body = pages.confirmEmail({ csrf: csrfToken(csrfKey, binding), step: 'verify', email }, view).toString();
    return;
  }
  const form = await readForm(ctx);
  verifyCsrf(ctx, { key: csrfKey, binding, publicUrl: new URL(services.publicUrl) }, form.get('csrf'));
  const done = await storage.transaction(async (stores) => {
    if ((await stores.actionLinks.consume(realmId, token, 'verify_email')) === undefined) return false;
    return takeEffect(stores, services, ctx, person, email);
  });
  respondLink(ctx, realm, view, done ? 'email_verified' : 'unusable');
}

/** False when the address became another account's meanwhile; nothing is said of that account. */
async function takeEffect(stores: Stores, services: Services, ctx: Context, person: User, email: string) {
  const { realmId, id } = person;
  const owner = await stores.users.byLogin(realmId, email);
  if (owner !== undefined && owner.id !== id) return false;
  if (!(await stores.users.verifyEmail(realmId, id, person.email, email))) return false;
  await stores.users.actionDone(realmId, id, VERIFY_EMAIL);
  const event = {
    realmId,
    actor: { kind: 'user', id },
    subject: id,
    outcome: 'success',
    origin: services.originOf(ctx),
  } as const;
  await stores.audit.append({ ...event, type: 'email.verified' });
  if (email === person.email) return true;
  // A reset link in the mailbox of the old address opens nothing any more.
  await stores.actionLinks.revoke(realmId, id, 'forgot_password');
  const from = person.emailVerified ? person.email : undefined;
  await stores.audit.append({
    ...event,
    type: 'profile.updated',
    detail: { fields: 'email' },
    changed: { email: { from, to: email } },
  });
  return true;
}
