import { csrfToken, readForm, verifyCsrf } from '@sparekey/http';
import type { Context } from 'koa';
import { pageView } from '../page-view.ts';
import * as pages from '../pages/index.ts';
import type { ServedRealm } from '../realms/cache.ts';
import type { Services } from '../services.ts';

/** How long recovery stays frozen after "this wasn't me". */
const FREEZE_DAYS = 7;

/**
 * The page behind "this wasn't me". Opening it changes nothing, as mail scanners open every link; the form spends the link
 * and, in the same transaction, freezes recovery, ends every session and asks for a new password.
 */
export async function notMe(services: Services, ctx: Context, realm: ServedRealm, token: string): Promise<void> {
  const { storage, csrfKey, publicUrl } = services;
  const binding = `not-me:${realm.realm.id}:${token}`;
  const view = pageView(ctx, realm);
  const answer = (state: pages.NotMeModel['state'], status = 200) => {
    ctx.status = status;
    ctx.type = 'html';
    ctx.body = pages.notMe({ state, csrf: csrfToken(csrfKey, binding), step: 'not_me' }, view).toString();
  };
  if (ctx.method !== 'POST') {
    const link = await storage.stores.actionLinks.peek(realm.realm.id, token, 'this_wasnt_me');
    return link === undefined ? answer('gone', 404) : answer('ask');
  }
  const form = await readForm(ctx);
  verifyCsrf(ctx, { key: csrfKey, binding, publicUrl: new URL(publicUrl) }, form.get('csrf'));
  const done = await protect(services, realm, token, services.originOf(ctx));
  return done ? answer('done') : answer('gone', 404);
}

/** False when the link is not to be had (any more): then nothing happened. */
async function protect(
  { storage }: Services,
  { realm }: ServedRealm,
  token: string,
  origin: ReturnType<Services['originOf']>,
): Promise<boolean> {
  return storage.transaction(async (stores) => {
    const link = await stores.actionLinks.consume(realm.id, token, 'this_wasnt_me');
    const person = link && (await stores.users.byId(realm.id, link.userId));
    if (person === undefined) return false;
    const until = new Date(Date.now() + FREEZE_DAYS * 86_400_000);
    await stores.recoveryFreezes.freeze(realm.id, person.id, until);
    const requiredActions = [...new Set([...person.requiredActions, 'UPDATE_PASSWORD'])];
    await stores.users.update({ ...person, requiredActions });
    // Somebody else may have asked for these, and may read them.
    await stores.actionLinks.revoke(realm.id, person.id, 'forgot_password');
    const vetoed = await stores.recoveryCases.vetoAll(realm.id, person.id);
    const passes = await stores.recoveryPasses.revokeAll(realm.id, person.id);
    await stores.devices.distrustAll(realm.id, person.id);
    const count = await stores.sessions.endAll(realm.id, person.id);
    const event = {
      realmId: realm.id,
      actor: { kind: 'user', id: person.id },
      subject: person.id,
      outcome: 'success',
      origin,
    } as const;
    await stores.audit.append({ ...event, type: 'recovery.frozen', detail: { until: until.toISOString() } });
    for (const id of vetoed) {
      await stores.audit.append({ ...event, type: 'recovery.vetoed', detail: { case: id, why: 'not_me' } });
    }
    for (const pass of passes) {
      await stores.audit.append({ ...event, type: 'recovery_pass.revoked', detail: { pass, why: 'not_me' } });
    }
    await stores.audit.append({ ...event, type: 'session.ended_all', detail: { by: 'not_me', count } });
    return true;
  });
}
