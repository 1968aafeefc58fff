import {
  acrOf,
  advance,
  amrOf,
  type Happened,
  hasRecoveryProof,
  isSessionProof,
  type SignIn,
  type SignInState,
} from '@sparekey/sign-in';
import type { Stores } from '@sparekey/storage';
import { gatherFacts } from './facts.ts';
import type { Journey, Outcome } from './journey.ts';
import { openCase, recoveryStopped, takeUpCase } from './recovery/case.ts';
import { recordSparing, rememberDevice } from './recovery/devices.ts';
import { replaceLost } from './recovery/lost.ts';

/** Someone else saved this sign-in meanwhile: the transaction is undone and the browser sees where it stands now. */
export class StaleSignIn extends Error {}

/** What counts as a proof of the person for `auth_time`; the end of a wait does, since it is by what was proven before. */
const proofs: ReadonlySet<Happened['event']> = new Set(['opened', 'proven', 'recovered', 'waited', 'enrolled']);

/**
 * Advances and saves within the caller's transaction, on facts as this transaction sees them: what was spent or changed
 * in it and the new state become true together, so a crash loses neither the code nor the step.
 */
export async function moveWithin(stores: Stores, journey: Journey, asked: Happened): Promise<SignIn> {
  const { signIn, realm } = journey;
  const stopped = asked.event !== 'cancelled' && (await recoveryStopped(stores, journey));
  const happened: Happened = stopped ? { event: 'barred' } : asked;
  const state = await next(stores, journey, happened);
  if (state === signIn.state) return signIn;
  const saved = await stores.signIns.save({
    realmId: realm.realm.id,
    uid: signIn.uid,
    version: signIn.version,
    state,
    isProof: proofs.has(happened.event),
  });
  if (saved === undefined) throw new StaleSignIn();
  if (state.at === 'done') await finish(stores, journey, state);
  await recordEnd(stores, journey, state);
  return saved;
}

async function next(stores: Stores, journey: Journey, happened: Happened): Promise<SignInState> {
  const { state } = journey.signIn;
  const { userId } = state.proven;
  if (happened.event === 'recovered' && state.at === 'recovery' && userId !== undefined) {
    await openCase(stores, journey, userId, happened.by);
  }
  if (happened.event === 'opened' && happened.by === 'break_glass') {
    await openCase(stores, journey, happened.userId, happened.by);
  }
  if (happened.event === 'enrolled' && journey.person !== undefined) {
    await replaceLost(stores, journey, journey.person, happened.factor);
  }
  if (happened.event === 'opened') await recordSparing(stores, journey, happened.userId);
  const person = happened.event === 'opened' ? happened.userId : userId;
  const reached = advance(state, happened, await gatherFacts(stores, journey, person));
  if (reached.at !== 'recovery' || state.at === 'recovery') return reached;
  const taken = await takeUpCase(stores, journey, reached.proven.userId);
  // What a sealed code opened demands no wait, so there is nothing of it to take up.
  if (taken === undefined || taken.by === 'break_glass') return reached;
  const facts = await gatherFacts(stores, journey, reached.proven.userId);
  return advance(reached, { event: 'recovered', by: taken.by }, facts);
}

/** A recovery counts once: of two sign-ins that hold one case, one gets through. The browser is known from now on. */
async function finish(stores: Stores, journey: Journey, { proven }: SignInState): Promise<void> {
  const { realm, signIn } = journey;
  const { userId, proofs } = proven;
  if (userId === undefined) return;
  if (hasRecoveryProof(proofs) && !(await stores.recoveryCases.finish(realm.realm.id, userId, signIn.uid))) {
    throw new StaleSignIn();
  }
  if (proofs.some((proof) => !isSessionProof(proof))) await rememberDevice(stores, journey, userId);
}

/** The audit event of a journey that is over, in the transaction that ends it. */
export async function recordEnd(
  stores: Stores,
  { realm, interaction, services, ctx }: Pick<Journey, 'realm' | 'interaction' | 'services' | 'ctx'>,
  state: SignInState,
): Promise<void> {
  if (state.at !== 'done' && state.at !== 'denied') return;
  const { userId, proofs } = state.proven;
  const event = {
    realmId: realm.realm.id,
    actor: userId ? ({ kind: 'user', id: userId } as const) : ({ kind: 'anonymous' } as const),
    ...(userId ? { subject: userId } : {}),
    clientId: interaction.client.clientId,
    signInUid: interaction.uid,
    origin: services.originOf(ctx),
  };
  if (state.at === 'denied') {
    await stores.audit.append({ ...event, type: 'sign_in.denied', outcome: 'denied', reason: state.why });
    return;
  }
  const detail = { acr: acrOf(proofs) ?? '', amr: amrOf(proofs, interaction.session?.amr).join(' ') };
  await stores.audit.append({ ...event, type: 'sign_in.completed', outcome: 'success', detail });
}

/**
 * For the transaction that changes how its person signs in, before it does: nobody else changes that until it ends, and
 * what this sign-in has proven is still enough. Else it is stale, and the next page asks for what is missing.
 */
export async function holdStill(stores: Stores, journey: Journey): Promise<void> {
  const { realm, signIn } = journey;
  const { userId } = signIn.state.proven;
  if (userId === undefined) return;
  await stores.users.lock(realm.realm.id, userId);
  const facts = await gatherFacts(stores, journey, userId);
  if (advance(signIn.state, { event: 'revisited' }, facts) !== signIn.state) throw new StaleSignIn();
}

/** Advances on something that changes nothing but the journey itself. */
export async function move(journey: Journey, happened: Happened): Promise<Outcome> {
  const signIn = await journey.services.storage.transaction((stores) => moveWithin(stores, journey, happened));
  return { kind: 'moved', signIn };
}
