import type { Form } from '@sparekey/http';
import type { User } from '@sparekey/realms';
import { backingChannels, secondFactors } from '@sparekey/sign-in';
import type { FormProblem, OtherWay } from '../../pages/index.ts';
import { uiOf } from '../factors/index.ts';
import type { Asking } from '../factors/ui.ts';
import type { Outcome, Step } from '../journey.ts';
import { move } from '../move.ts';
import { trustDays, trustDevice } from '../recovery/devices.ts';
import { holdsWayBack } from '../render.ts';

/** A second factor, whichever was chosen; also on top of a session. "Lost your device?" leads to recovery. */
export const factor: Step<'factor'> = { show, act };
export const stepUp: Step<'stepUp'> = { show, act };

async function show(journey: Asking, problem?: FormProblem, posted?: Form) {
  return uiOf(journey.state.chosen).ask(journey, await otherWays(journey), problem, posted);
}

async function act(journey: Asking, form: Form): Promise<Outcome> {
  const action = form.get('action');
  if (action === 'try:backup_code') return move(journey, { event: 'lost' });
  const way = secondFactors.find((kind) => action === `try:${kind}`);
  if (way !== undefined) return move(journey, { event: 'tried', way });
  const outcome = await uiOf(journey.state.chosen).act(journey, form, await otherWays(journey));
  if (isToBeTrusted(journey, form) && hasProven(journey, outcome)) {
    await trustDevice(journey, journey.person.id);
  }
  return outcome;
}

/** By the person's wish; where risk decides, wherever the factor was shown after a first proof. */
function isToBeTrusted(journey: Asking, form: Form): boolean {
  if (journey.policy.secondFactor.asked === 'risk') return journey.state.at === 'factor';
  return form.get('trust') === 'yes' && trustDays(journey) !== undefined;
}

/** The form proved the factor that was asked for, of the person of this sign-in. */
function hasProven(journey: Asking, outcome: Outcome): journey is Asking & { person: User } {
  if (journey.person === undefined || outcome.kind !== 'moved' || outcome.signIn.version === journey.signIn.version) {
    return false;
  }
  const { proofs, userId } = outcome.signIn.state.proven;
  return userId === journey.person.id && proofs.includes(journey.state.chosen);
}

/** The other factors the person holds, and backup codes always last. */
async function otherWays(journey: Asking): Promise<OtherWay[]> {
  const { state, facts } = journey;
  const risky = state.at === 'stepUp' && state.why === 'risk';
  const held = (risky ? facts.person?.recovery.channels : facts.person?.factors) ?? [];
  // Not the mailbox once more for who came in by mail: it would lead back here.
  const others = backingChannels(held, state.proven.proofs).filter((kind) => kind !== state.chosen);
  return !risky && (await holdsWayBack(journey)) ? [...others, 'backup_code'] : others;
}
