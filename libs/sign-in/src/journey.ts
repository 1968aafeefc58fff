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
 *   password --> factor: password proven
 *   factor --> recovery: lost your device?
 *   stepUp --> password: lost your device?
 *   password --> recovery: password proven
 *   recovery --> enrol: code used, repair
 *   factor --> enrol: realm or client wants a factor
 *   factor --> replenish: no codes, few, or expired
 *   enrol --> replenish
 *   replenish --> consent
 *   consent --> done
 *   consent --> denied
 * ```
 *
 * Whatever happens, `settle` decides what is still missing from what is proven: no state can be skipped by arriving at
 * a later one, because there is no other way to a later one.
 */
import { acrOf, anyAcrSatisfied, hasFirstProof, hasSecondProof, type Proof, sessionProof } from './assurance.ts';
import type {
  Arrival,
  Deferrable,
  DeniedReason,
  Facts,
  Happened,
  Proven,
  ReplenishReason,
  SignInState,
} from './state.ts';

const NOBODY: Proven = { userId: undefined, proofs: [], deferred: [] };

/** The state in which a sign-in begins. */
export function begin(arrival: Arrival, facts: Facts): SignInState {
  const { session, again } = arrival;
  if (session === undefined || again === 'any_person') return { at: 'identify', proven: NOBODY };
  if (again === 'same_person') return passwordOf(session.userId, 'settle');
  return settle({ ...NOBODY, userId: session.userId, proofs: [sessionProof(session.acr)] }, facts);
}

/**
 * The next state. Something that cannot happen in a state leaves it unchanged: a stale tab, a repeated or forged form
 * moves nothing.
 */
export function advance(state: SignInState, happened: Happened, facts: Facts): SignInState {
  if (state.at === 'done' || state.at === 'denied') return state;
  if (happened.event === 'cancelled') return denied('cancelled', state.proven);
  if (happened.event === 'barred') return { at: 'identify', proven: NOBODY };
  const { proven } = state;

  switch (state.at) {
    case 'identify':
      if (happened.event !== 'password_proven') return state;
      return settle({ ...NOBODY, userId: happened.userId, proofs: ['password'] }, facts);
    case 'password':
      if (happened.event === 'other_person') return { at: 'identify', proven: NOBODY };
      if (happened.event !== 'password_proven' || happened.userId !== proven.userId) return state;
      return towards(state.then, settle(adding(proven, 'password'), facts));
    case 'factor':
      if (happened.event === 'tried_backup_code') return { at: 'recovery', proven };
      if (happened.event !== 'totp_proven') return state;
      return settle(adding(proven, 'totp'), facts);
    case 'stepUp':
      // A session is no first proof for a backup code: whoever sits at an open browser has not shown the password.
      if (happened.event === 'tried_backup_code') return passwordOf(proven.userId, 'recovery');
      if (happened.event !== 'totp_proven') return state;
      return settle(adding(proven, 'totp'), facts);
    case 'recovery':
      if (happened.event === 'tried_totp') return { at: 'factor', proven };
      if (happened.event !== 'backup_code_proven') return state;
      return settle(adding(proven, 'backup_code'), facts);
    case 'enrol':
      if (happened.event === 'continued' && !state.told) return { ...state, told: true };
      if (happened.event === 'put_off' && state.later) return settle(deferring(proven, 'repair'), facts);
      if (happened.event !== 'totp_enrolled' || !state.told) return state;
      return settle(adding(proven, 'totp_enrolled'), facts);
    case 'replenish':
      if (happened.event === 'continued' && !state.told) return { ...state, told: true };
      if (happened.event === 'put_off' && state.later) return settle(deferring(proven, 'replenish'), facts);
      if (happened.event !== 'codes_confirmed' || !state.told) return state;
      return settle(proven, facts);
    case 'consent':
      if (happened.event === 'refused') return denied('consent_denied', proven);
      if (happened.event !== 'allowed') return state;
      return { at: 'done', proven };
    default:
      return state satisfies never;
  }
}

/** What is still missing, in the order in which it is asked for. */
function settle(proven: Proven, facts: Facts): SignInState {
  const { proofs, deferred } = proven;
  const { person, policy, client } = facts;
  if (proven.userId === undefined || person === undefined || !hasFirstProof(proofs))
    return { at: 'identify', proven: NOBODY };

  const acr = acrOf(proofs);
  const enough = anyAcrSatisfied(acr, client.acrs);
  const fresh = proofs.some((p) => !p.startsWith('session_'));
  const holdsFactor = person.secondFactors > 0;

  if (holdsFactor && !hasSecondProof(proofs)) return { at: fresh ? 'factor' : 'stepUp', proven };
  if (proofs.includes('backup_code') && !isRepaired(proofs) && (!deferred.includes('repair') || !enough)) {
    return { at: 'enrol', why: 'repair', told: false, later: enough && !policy.repairRequired, proven };
  }
  if (!holdsFactor && (policy.secondFactorRequired || !enough)) {
    // A first factor is set up only by who has just shown the password, never from an open session alone.
    if (!fresh) return passwordOf(proven.userId, 'settle');
    return { at: 'enrol', why: policy.secondFactorRequired ? 'policy' : 'client', told: true, later: false, proven };
  }
  if (!enough && !proofs.includes('totp')) return { at: 'stepUp', proven };
  if (!enough) return denied('unmet_assurance', proven);

  const replenish = fresh && hasSecondProof(proofs) ? replenishReason(facts) : undefined;
  if (replenish === 'low' && !deferred.includes('replenish')) {
    return { at: 'replenish', why: 'low', told: false, later: true, proven };
  }
  if (replenish !== undefined && replenish !== 'low') {
    return { at: 'replenish', why: replenish, told: true, later: false, proven };
  }
  return client.consentNeeded ? { at: 'consent', proven } : { at: 'done', proven };
}

function replenishReason({ person, policy }: Facts): ReplenishReason | undefined {
  if (person === undefined || person.secondFactors === 0 || !policy.codesRequired) return undefined;
  if (person.codes === undefined) return 'missing';
  if (person.codes.expired) return 'expired';
  if (person.codes.left === 0) return 'last';
  return person.codes.left <= policy.lowThreshold ? 'low' : undefined;
}

function passwordOf(userId: Proven['userId'], then: 'settle' | 'recovery'): SignInState {
  return { at: 'password', then, proven: { userId, proofs: [], deferred: [] } };
}

/** Someone who asked for recovery and has now shown the password goes straight there. */
function towards(then: 'settle' | 'recovery', next: SignInState): SignInState {
  return then === 'recovery' && next.at === 'factor' ? { at: 'recovery', proven: next.proven } : next;
}

function isRepaired(proofs: readonly Proof[]): boolean {
  return proofs.includes('totp_enrolled') || proofs.includes('totp');
}

function adding(proven: Proven, proof: Proof): Proven {
  return { userId: proven.userId, proofs: [...proven.proofs, proof], deferred: proven.deferred };
}

function deferring(proven: Proven, what: Deferrable): Proven {
  return { userId: proven.userId, proofs: proven.proofs, deferred: [...proven.deferred, what] };
}

function denied(why: DeniedReason, proven: Proven): SignInState {
  return { at: 'denied', why, proven };
}
