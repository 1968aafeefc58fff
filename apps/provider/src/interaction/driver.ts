import type { SignInUid } from '@sparekey/contracts';
import { AppError } from '@sparekey/contracts';
import { allowFormTargets, csrfToken, type Form, readForm, verifyCsrf } from '@sparekey/http';
import {
  acrOf,
  actionOutcome,
  advance,
  amrOf,
  begin,
  type Happened,
  type SignIn,
  type SignInState,
} from '@sparekey/sign-in';
import type { Context } from 'koa';
import type { InteractionView } from '../oidc/interaction.ts';
import { pageView } from '../page-view.ts';
import type { Html } from '../pages/index.ts';
import { policyFor } from '../policy/policy-for.ts';
import type { ServedRealm } from '../realms/cache.ts';
import type { Services } from '../services.ts';
import { arrivalOf, gatherFacts } from './facts.ts';
import type { AnyStep, Journey, Outcome } from './journey.ts';
import { move, moveWithin, recordEnd, StaleSignIn } from './move.ts';
import { recoveryStopped } from './recovery/case.ts';
import { steps } from './steps/index.ts';
import { showCodes } from './steps/replenish.ts';

/** Shows the page of the state that a sign-in is in; a reload, a second tab and a restarted process see the same. */
export async function showSignIn(services: Services, ctx: Context, realm: ServedRealm, uid: string): Promise<void> {
  const journey = await open(services, ctx, realm, uid);
  if (await concluded(journey)) return;
  respond(ctx, await stepOf(journey.state).show(journey));
}

/** Takes a posted form. A form of a step that is no longer current moves nothing and leads to the current page. */
export async function postSignIn(services: Services, ctx: Context, realm: ServedRealm, uid: string): Promise<void> {
  const form = await readForm(ctx);
  const journey = await open(services, ctx, realm, uid);
  verifyCsrf(ctx, { ...csrfOf(services, realm, uid), publicUrl: new URL(services.publicUrl) }, form.get('csrf'));
  if (await concluded(journey)) return;
  if (form.get('step') !== journey.state.at) return seeOther(ctx);
  const step = stepOf(journey.state);
  const outcome = await act(journey, step, form);
  await answer(journey, step, form, outcome);
}

async function act(journey: Journey, step: AnyStep, form: Form): Promise<Outcome> {
  try {
    if (form.get('action') === 'cancel') return await move(journey, { event: 'cancelled' });
    return await step.act(journey, form);
  } catch (error) {
    if (!(error instanceof StaleSignIn)) throw error;
    return { kind: 'moved', signIn: journey.signIn };
  }
}

async function answer(journey: Journey, step: AnyStep, form: Form, outcome: Outcome): Promise<void> {
  const { ctx } = journey;
  if (outcome.kind !== 'moved') {
    if (outcome.retryAfterSeconds !== undefined) ctx.set('Retry-After', String(Math.ceil(outcome.retryAfterSeconds)));
    ctx.status = outcome.status ?? 200;
    return respond(ctx, outcome.kind === 'page' ? outcome.html : await step.show(journey, outcome.problem, form));
  }
  const next = await resume(journey, outcome.signIn);
  if (await concluded(next)) return;
  const { state } = next;
  // Codes can be shown only in the answer that makes them: there is nothing that a redirect could read again.
  if (
    state.at === 'replenish' &&
    state.told &&
    journey.state !== state &&
    outcome.signIn.version !== journey.signIn.version
  ) {
    return respond(ctx, await showCodes({ ...next, state }));
  }
  seeOther(ctx);
}

/** Ends a journey that is over: hands the outcome to the provider, which sends the browser back to the application. */
async function concluded({ services, ctx, realm, interaction, signIn, state }: Journey): Promise<boolean> {
  if (state.at !== 'done' && state.at !== 'denied') return false;
  const { proofs, userId } = state.proven;
  if (state.at === 'denied') {
    services.metrics.signIn({ outcome: 'denied', factor: 'none' });
    await services.interactions.abort(ctx, realm, signIn.uid, 'access_denied', descriptions[state.why]);
    return true;
  }
  const acr = acrOf(proofs);
  if (userId === undefined || acr === undefined) throw new AppError('internal', 'a journey is done without proofs');
  const fresh = proofs.some((proof) => !proof.startsWith('session_'));
  const amr = amrOf(proofs, interaction.session?.amr);
  const { scopes, claims, action } = interaction.requested;
  services.metrics.signIn({ outcome: 'completed', factor: 'none' });
  await services.interactions.finish(ctx, realm, signIn.uid, {
    ...(fresh
      ? { login: { userId, acr, amr, provenAt: signIn.savedAt, authTime: provenSeconds(signIn), remember: true } }
      : {}),
    ...(interaction.client.consentRequired ? { consent: { scopes, claims } } : {}),
    ...(action === undefined ? {} : { action: actionOutcome(state.proven, action) }),
  });
  return true;
}

/** `auth_time` (OpenID Connect Core 1.0 §2): when the person last proved who they are, not when they left the last page. */
function provenSeconds({ provenAt, savedAt }: SignIn): number {
  return Math.floor((provenAt ?? savedAt).getTime() / 1000);
}

const descriptions: Record<Extract<SignInState, { at: 'denied' }>['why'], string> = {
  cancelled: 'the person cancelled the sign-in',
  consent_denied: 'the person did not allow the application',
  unmet_assurance: 'the requested authentication context class cannot be met',
};

async function open(services: Services, ctx: Context, realm: ServedRealm, uid: string): Promise<Journey> {
  const interaction = await services.interactions.load(ctx, realm, uid);
  const { stores } = services.storage;
  const stored = await stores.signIns.load(realm.realm.id, interaction.uid);
  const signIn = stored ?? (await start(services, ctx, realm, interaction));
  return journeyOf(services, ctx, realm, interaction, signIn);
}

async function start(
  services: Services,
  ctx: Context,
  realm: ServedRealm,
  interaction: InteractionView,
): Promise<SignIn> {
  const { storage } = services;
  const arrival = arrivalOf(interaction);
  const known = arrival.session && (await storage.stores.users.byId(realm.realm.id, arrival.session.userId));
  if (!known?.enabled) arrival.session = undefined;
  return storage.transaction(async (stores) => {
    const facts = await gatherFacts(stores, { services, ctx, realm, interaction }, arrival.session?.userId);
    const row = { realmId: realm.realm.id, uid: interaction.uid, expiresAt: interaction.expiresAt };
    const created = await stores.signIns.create({ ...row, state: begin(arrival, facts) });
    await stores.audit.append({
      type: 'sign_in.started',
      realmId: realm.realm.id,
      actor: { kind: 'anonymous' },
      outcome: 'success',
      clientId: interaction.client.clientId,
      signInUid: interaction.uid,
      origin: services.originOf(ctx),
    });
    await recordEnd(stores, { realm, interaction, services, ctx }, created.state);
    return created;
  });
}

function resume(journey: Journey, signIn: SignIn): Promise<Journey> {
  return journeyOf(journey.services, journey.ctx, journey.realm, journey.interaction, signIn);
}

async function journeyOf(
  services: Services,
  ctx: Context,
  realm: ServedRealm,
  interaction: InteractionView,
  signIn: SignIn,
): Promise<Journey> {
  const { stores } = services.storage;
  const { userId } = signIn.state.proven;
  const [facts, { policy }, person, client] = await Promise.all([
    gatherFacts(stores, { services, ctx, realm, interaction }, userId),
    policyFor(stores, { ctx, realm }, userId),
    userId === undefined ? undefined : stores.users.byId(realm.realm.id, userId),
    realm.client(interaction.client.clientId),
  ]);
  // A form of ours may end at the application: browsers apply form-action to the redirects after it.
  if (client) allowFormTargets(ctx, client.redirectUris);
  const view = pageView(ctx, realm, { uiLocales: interaction.requested.uiLocales, locale: person?.locale });
  const { key, binding } = csrfOf(services, realm, signIn.uid);
  const form = { csrf: csrfToken(key, binding), step: signIn.state.at };
  const journey = { ctx, services, realm, interaction, signIn, state: signIn.state, facts, policy, person, view, form };
  const disabled = person !== undefined && !person.enabled && signIn.state.at !== 'identify';
  if (disabled || signIn.overtaken || (await recoveryStopped(stores, journey))) {
    const barred = await movedOn(journey, { event: 'barred' });
    if (barred.version !== signIn.version) return resume(journey, barred);
  } else if (advance(signIn.state, { event: 'revisited' }, facts) !== signIn.state) {
    const moved = await movedOn(journey, { event: 'revisited' });
    if (moved.version !== signIn.version) return resume(journey, moved);
  }
  return journey;
}

/** Where a sign-in that cannot stay where it is goes. A request beside this one may have moved it already: that stands. */
async function movedOn(journey: Journey, happened: Happened): Promise<SignIn> {
  const { services, realm, signIn } = journey;
  try {
    return await services.storage.transaction((stores) => moveWithin(stores, journey, happened));
  } catch (error) {
    if (!(error instanceof StaleSignIn)) throw error;
    const now = await services.storage.stores.signIns.load(realm.realm.id, signIn.uid);
    if (now === undefined) throw new AppError('sign_in_expired', 'the sign-in is gone', { cause: error });
    return now;
  }
}

function csrfOf(services: Services, realm: ServedRealm, uid: SignInUid | string) {
  return { key: services.csrfKey, binding: `sign-in:${realm.realm.id}:${uid}` };
}

function stepOf(state: SignInState): AnyStep {
  const step = (steps as Partial<Record<SignInState['at'], AnyStep>>)[state.at];
  if (step === undefined) throw new AppError('internal', `the state ${state.at} has no page`);
  return step;
}

function respond(ctx: Context, html: Html): void {
  ctx.type = 'html';
  ctx.body = html.toString();
}

/** After a post the browser asks for the page anew, so that a reload never repeats a form. */
function seeOther(ctx: Context): void {
  ctx.status = 303;
  ctx.set('Location', ctx.path);
}
