import { acrOf, advance, amrOf, type Facts, type Happened, type SignIn, type SignInState } from '@sparekey/sign-in';
import type { Stores } from '@sparekey/storage';
import { gatherFacts } from './facts.ts';
import type { Journey, Outcome } from './journey.ts';

/** Someone else saved this sign-in meanwhile: the transaction is undone and the browser sees where it stands now. */
export class StaleSignIn extends Error {}

/**
 * Advances and saves within the caller's transaction, on facts as this transaction sees them: what was spent or changed
 * in it and the new state become true together, so a crash loses neither the code nor the step.
 */
export async function moveWithin(stores: Stores, journey: Journey, happened: Happened): Promise<SignIn> {
  const { signIn, realm } = journey;
  const userId = happened.event === 'opened' ? happened.userId : signIn.state.proven.userId;
  const facts: Facts = await gatherFacts(stores, journey, userId);
  const state = advance(signIn.state, happened, facts);
  if (state === signIn.state) return signIn;
  const saved = await stores.signIns.save({ realmId: realm.realm.id, uid: signIn.uid, version: signIn.version, state });
  if (saved === undefined) throw new StaleSignIn();
  await recordEnd(stores, journey, state);
  return saved;
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

/** Advances on something that changes nothing but the journey itself. */
export async function move(journey: Journey, happened: Happened): Promise<Outcome> {
  const signIn = await journey.services.storage.transaction((stores) => moveWithin(stores, journey, happened));
  return { kind: 'moved', signIn };
}
