/**
 * The journey of a sign-in, whole.
 *
 * ```mermaid
 * stateDiagram-v2
 *   [*] --> identify
 *   [*] --> password: session, proof wanted again
 *   [*] --> stepUp: session too weak
 *   [*] --> consent: session is enough
 *   identify --> factor: password proven
 *   identify --> settled: passkey proven
 *   identify --> enrol: sealed code spent on the host
 *   identify --> mail: no password, passkey lost
 *   mail --> factor: code by mail proven
 *   password --> factor: password proven
 *   factor --> recovery: lost your device?
 *   stepUp --> password: lost your device?
 *   password --> recovery: password proven
 *   recovery --> stepUp: risky, another channel
 *   recovery --> coolDown: risky, wait or approval
 *   recovery --> enrol: code used, repair
 *   coolDown --> factor: the device turned up
 *   coolDown --> enrol: waited, or approved
 *   factor --> enrol: realm or client wants a factor
 *   factor --> replenish: no codes, few, or expired
 *   enrol --> replenish
 *   replenish --> action: something has to be done first
 *   action --> consent
 *   consent --> done
 *   consent --> denied
 * ```
 *
 * Whatever happens, `settle` decides what is still missing from what is proven: no state can be skipped by arriving at
 * a later one, because there is no other way to a later one.
 */
import type { Proof, SecondFactor } from './assurance.ts';
import { isFirstProof, isSessionProof, sessionProof } from './assurance.ts';
import { backingChannels, settle } from './settle.ts';
import type { Arrival, Deferrable, Facts, Happened, Proven, SignInState } from './state.ts';

const NOBODY: Proven = { userId: undefined, proofs: [], deferred: [] };

/** The state in which a sign-in begins. */
export function begin(arrival: Arrival, facts: Facts): SignInState {
  const { session, again } = arrival;
  if (session === undefined || again === 'any_person') return { at: 'identify', proven: NOBODY };
  if (again === 'same_person')
    return { at: 'password', onward: 'settle', proven: { ...NOBODY, userId: session.userId } };
  return settle({ ...NOBODY, userId: session.userId, proofs: [sessionProof(session.acr)] }, facts);
}

/**
 * The next state. Something that cannot happen in a state leaves it unchanged: a stale tab, a repeated or forged form
 * moves nothing.
 */
export function advance(state: SignInState, happened: Happened, facts: Facts): SignInState {
  if (state.at === 'done' || state.at === 'denied') return state;
  if (happened.event === 'cancelled') return { at: 'denied', why: 'cancelled', proven: state.proven };
  if (happened.event === 'barred') return { at: 'identify', proven: NOBODY };
  if (happened.event === 'revisited') return reconsider(state, facts);
  const { proven } = state;

  switch (state.at) {
    case 'identify':
      if (happened.event === 'tried_mail') return { at: 'mail', login: happened.login, proven: NOBODY };
      if (happened.event !== 'opened' || happened.by === 'mail') return state;
      return settle({ ...NOBODY, userId: happened.userId, proofs: [happened.by] }, facts);
    case 'mail':
      if (happened.event === 'other_person') return { at: 'identify', proven: NOBODY };
      if (happened.event !== 'opened' || happened.by !== 'mail') return state;
      return settle({ ...NOBODY, userId: happened.userId, proofs: ['mail'] }, facts);
    case 'password':
      if (happened.event === 'other_person') return { at: 'identify', proven: NOBODY };
      if (happened.event !== 'opened' || happened.userId !== proven.userId) return state;
      if (happened.by === 'mail' || happened.by === 'break_glass') return state;
      return towards(state.onward, settle(adding(proven, happened.by), facts));
    case 'factor':
      if (happened.event === 'lost') return { at: 'recovery', proven };
      if (happened.event === 'tried')
        return { ...state, chosen: among(facts.person?.factors, happened.way, state.chosen) };
      if (happened.event !== 'proven' || happened.factor !== state.chosen) return state;
      return settle(adding(proven, happened.factor), facts);
    case 'stepUp':
      return steppingUp(state, happened, facts);
    case 'recovery':
      if (happened.event === 'tried') return settle(proven, facts);
      if (happened.event !== 'recovered') return state;
      return settle(adding(proven, happened.by), facts);
    case 'coolDown':
      if (happened.event === 'tried') return foundAgain(state, happened.way, facts);
      if (happened.event !== 'waited') return state;
      return settle(adding(proven, 'waited'), facts);
    case 'enrol':
      if (happened.event === 'continued' && !state.told) return { ...state, told: true };
      if (happened.event === 'put_off' && state.later) {
        return settle(deferring(proven, state.why === 'repair' ? 'repair' : 'enrol'), facts);
      }
      if (!state.told) return state;
      if (happened.event === 'tried')
        return { ...state, chosen: among(facts.policy.enrollable, happened.way, state.chosen) };
      if (happened.event !== 'enrolled' || happened.factor !== state.chosen) return state;
      return settle(adding(proven, `${happened.factor}_enrolled`), facts);
    case 'replenish':
      if (happened.event === 'continued' && !state.told) return { ...state, told: true };
      if (happened.event === 'put_off' && state.later) return settle(deferring(proven, 'replenish'), facts);
      if (happened.event !== 'codes_confirmed' || !state.told) return state;
      return settle(proven, facts);
    case 'action':
      if (happened.event === 'put_off' && state.later)
        return settle(deferring(proven, `declined:${state.action}`), facts);
      if (happened.event !== 'action_done' || happened.action !== state.action) return state;
      return settle(
        deferring(
          happened.enrolled === undefined ? proven : adding(proven, `${happened.enrolled}_enrolled`),
          `action:${state.action}`,
        ),
        facts,
      );
    case 'consent':
      if (happened.event === 'refused') return { at: 'denied', why: 'consent_denied', proven };
      if (happened.event !== 'allowed') return state;
      // What was enough when the question was asked may not be any more: it is judged once more, on the facts of now.
      return settle(proven, { ...facts, client: { ...facts.client, consentNeeded: false } });
    default:
      return state satisfies never;
  }
}

function waysOf({ why, proven }: Extract<SignInState, { at: 'stepUp' }>, { person }: Facts): readonly SecondFactor[] {
  return (why === 'risk' ? backingChannels(person?.recovery.channels ?? [], proven.proofs) : person?.factors) ?? [];
}

function steppingUp(state: Extract<SignInState, { at: 'stepUp' }>, happened: Happened, facts: Facts): SignInState {
  const { proven, why } = state;
  const ways = waysOf(state, facts);
  if (happened.event === 'tried') return { ...state, chosen: among(ways, happened.way, state.chosen) };
  if (happened.event === 'lost' && why === 'client') {
    // A session is no first proof for a backup code: whoever sits at an open browser has not shown the password.
    const shown = proven.proofs.includes('password') || proven.proofs.includes('mail');
    return shown
      ? { at: 'recovery', proven }
      : { at: 'password', onward: 'recovery', proven: { ...NOBODY, userId: proven.userId } };
  }
  if (happened.event !== 'proven' || happened.factor !== state.chosen) return state;
  // What backs a risky recovery is no second factor: the channel was reached, the lost device is still lost.
  return settle(adding(proven, why === 'risk' ? 'other_channel' : happened.factor), facts);
}

/**
 * What is asked for was decided on the facts of then. Facts change while a page stands open: a factor is added or removed
 * in another browser, the policy changes, an administrator wants something done. Where they lead elsewhere now, so does
 * the journey; where not, the state is the same one, with what the person chose in it.
 */
function reconsider(state: SignInState, facts: Facts): SignInState {
  if (!('chosen' in state || state.at === 'replenish' || state.at === 'action' || state.at === 'consent')) return state;
  // Who was asked for a factor is asked until it is shown, whatever this browser came to be trusted for meanwhile.
  const asked = state.at === 'factor' || state.at === 'stepUp';
  const person = facts.person && (asked ? { ...facts.person, trustedDevice: false } : facts.person);
  const settled = settle(state.proven, { ...facts, person });
  if (settled.at === 'enrol' && state.at === 'enrol' && settled.why === state.why) {
    const chosen = among(facts.policy.enrollable, state.chosen, settled.chosen);
    return unchanged(state, { ...settled, chosen, told: state.told || settled.told });
  }
  if (settled.at === 'replenish' && state.at === 'replenish')
    return unchanged(state, { ...settled, told: state.told || settled.told });
  if (settled.at === 'stepUp' && state.at === 'stepUp' && settled.why === state.why)
    return unchanged(state, { ...settled, chosen: among(waysOf(state, facts), state.chosen, settled.chosen) });
  if (settled.at === 'factor' && state.at === 'factor')
    return unchanged(state, { ...settled, chosen: among(facts.person?.factors, state.chosen, settled.chosen) });
  return unchanged(state, settled);
}

/** The state that was there, when the other says the same. */
function unchanged<S extends SignInState>(present: SignInState, next: S): SignInState {
  return JSON.stringify(present, sorted) === JSON.stringify(next, sorted) ? present : next;
}

/** Members in one order: a stored state comes back in the database's. */
function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The device turned up while the recovery waited: it is asked for as ever, and nothing of the recovery counts. */
function foundAgain(state: Extract<SignInState, { at: 'coolDown' }>, way: SecondFactor, facts: Facts): SignInState {
  if (!facts.person?.factors.includes(way)) return state;
  const { userId, proofs, deferred } = state.proven;
  const usual = proofs.filter((proof) => isFirstProof(proof) || isSessionProof(proof));
  return { at: 'factor', chosen: way, proven: { userId, proofs: usual, deferred } };
}

/** Someone who asked for recovery and has now shown the password goes straight there. */
function towards(onward: 'settle' | 'recovery', next: SignInState): SignInState {
  return onward === 'recovery' && next.at === 'factor' ? { at: 'recovery', proven: next.proven } : next;
}

function among(
  offered: readonly SecondFactor[] | undefined,
  wanted: SecondFactor,
  present: SecondFactor,
): SecondFactor {
  return offered?.includes(wanted) ? wanted : present;
}

function adding(proven: Proven, proof: Proof): Proven {
  return { userId: proven.userId, proofs: [...proven.proofs, proof], deferred: proven.deferred };
}

function deferring(proven: Proven, what: Deferrable): Proven {
  return { userId: proven.userId, proofs: proven.proofs, deferred: [...proven.deferred, what] };
}
