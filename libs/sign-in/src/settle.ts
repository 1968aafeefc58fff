import {
  ACR_RECOVERY,
  acrOf,
  anyAcrSatisfied,
  countedFactors,
  hasFirstProof,
  hasRecoveryProof,
  hasSecondProof,
  isFirstProof,
  isSessionProof,
  type Proof,
  type SecondFactor,
} from './assurance.ts';
import type { DeniedReason, Facts, PersonFacts, Proven, ReplenishReason, SignInState } from './state.ts';

/** What is still missing, in the order in which it is asked for: proofs, repair, codes, actions, consent. */
export function settle(proven: Proven, facts: Facts): SignInState {
  const { person } = facts;
  if (proven.userId === undefined || person === undefined || !hasFirstProof(proven.proofs)) {
    return { at: 'identify', proven: { userId: undefined, proofs: [], deferred: [] } };
  }
  return (
    missingProof(proven, person, facts) ??
    missingBacking(proven, person) ??
    missingFactor(proven, person, facts) ??
    missingAssurance(proven, person, facts) ??
    missingCodes(proven, person, facts) ??
    missingAction(proven, person, facts) ??
    (facts.client.consentNeeded ? { at: 'consent', proven } : { at: 'done', proven })
  );
}

const isFresh = ({ proofs }: Proven): boolean => proofs.some((proof) => !isSessionProof(proof));

/** What is proven is what the client wants, and no recovery where a recovery must not go. */
function isEnough({ proofs }: Proven, { client }: Facts): boolean {
  const acr = acrOf(proofs);
  return anyAcrSatisfied(acr, client.acrs) && (acr !== ACR_RECOVERY || client.takesRecovery);
}

/** Who holds a second factor is asked for it, unless this browser is trusted and nobody wants more. */
function missingProof(proven: Proven, person: PersonFacts, facts: Facts): SignInState | undefined {
  const [chosen] = person.factors;
  if (chosen === undefined || hasSecondProof(proven.proofs)) return undefined;
  // A way in by mail is a way to recover, whatever the browser: it never counts as the usual first proof.
  if (person.trustedDevice && !proven.proofs.includes('mail') && isEnough(proven, facts)) return undefined;
  return isFresh(proven) ? { at: 'factor', chosen, proven } : { at: 'stepUp', why: 'client', chosen, proven };
}

/** A recovery that looks risky has to be backed by another channel, or to wait. */
function missingBacking(proven: Proven, { recovery }: PersonFacts): SignInState | undefined {
  const { proofs } = proven;
  if (!hasRecoveryProof(proofs) || countedFactors(proofs).length > 0 || proofs.includes('waited')) return undefined;
  if (recovery.demands === 'nothing') return undefined;
  if (recovery.demands === 'other_channel' && proofs.includes('other_channel')) return undefined;
  const [chosen] = backingChannels(recovery.channels, proofs);
  if (recovery.demands === 'other_channel' && chosen !== undefined)
    return { at: 'stepUp', why: 'risk', chosen, proven };
  return { at: 'coolDown', proven };
}

/** A recovery that came in by mail is not backed by the same mailbox once more. */
export function backingChannels(channels: readonly SecondFactor[], proofs: readonly Proof[]): SecondFactor[] {
  return channels.filter((channel) => !(channel === 'email' && proofs.includes('mail')));
}

/** A lost factor is replaced, a required one set up: only by who has just shown a first proof. */
function missingFactor(proven: Proven, person: PersonFacts, facts: Facts): SignInState | undefined {
  const { proofs, deferred } = proven;
  const { policy } = facts;
  const chosen: SecondFactor = policy.enrollable[0] ?? 'totp';
  const enough = isEnough(proven, facts);
  const mayPutOff = enough && !mustRepair(proofs, policy);
  if (hasRecoveryProof(proofs) && countedFactors(proofs).length === 0 && !(deferred.includes('repair') && mayPutOff)) {
    return { at: 'enrol', why: 'repair', chosen, told: false, later: mayPutOff, proven };
  }
  if (person.factors.length > 0 || proofs.includes('passkey')) return undefined;
  if (enough && (!policy.secondFactorRequired || (policy.inGrace && deferred.includes('enrol')))) return undefined;
  if (!proofs.some(isFirstProof)) {
    return { at: 'password', onward: 'settle', proven: { userId: proven.userId, proofs: [], deferred: [] } };
  }
  const why = policy.secondFactorRequired ? 'policy' : 'client';
  return { at: 'enrol', why, chosen, told: true, later: enough && policy.inGrace, proven };
}

/** What a sealed code opened leads to a working factor, or it would have to be opened again. */
function mustRepair(proofs: readonly Proof[], { repairRequired }: Facts['policy']): boolean {
  return repairRequired || proofs.includes('break_glass');
}

/** The client wants more than what is proven, and the person holds a factor that was not yet asked for. */
function missingAssurance(proven: Proven, person: PersonFacts, facts: Facts): SignInState | undefined {
  if (isEnough(proven, facts)) return undefined;
  const reaches = (factor: SecondFactor) => isEnough({ ...proven, proofs: [...proven.proofs, factor] }, facts);
  const chosen = person.factors.find((factor) => !proven.proofs.includes(factor) && reaches(factor));
  return chosen === undefined ? denied('unmet_assurance', proven) : { at: 'stepUp', why: 'client', chosen, proven };
}

/** Codes are made with a second proof just given, so that an open session cannot replace them. */
function missingCodes(proven: Proven, person: PersonFacts, { policy }: Facts): SignInState | undefined {
  if (!policy.codesRequired || !isFresh(proven) || !hasSecondProof(proven.proofs)) return undefined;
  if (person.factors.length === 0 && !proven.proofs.includes('passkey')) return undefined;
  const why = reasonForCodes(person, policy.lowThreshold);
  const later = why === 'low' || why === 'expiring';
  if (why === undefined || (later && proven.deferred.includes('replenish'))) return undefined;
  return { at: 'replenish', why, told: !later, later, proven };
}

function reasonForCodes({ codes }: PersonFacts, lowThreshold: number): ReplenishReason | undefined {
  if (codes === undefined) return 'missing';
  if (codes.expired) return 'expired';
  if (codes.left === 0) return 'last';
  if (codes.left <= lowThreshold) return 'low';
  return codes.expiring ? 'expiring' : undefined;
}

/** The realm's actions first, then the one the application started, which may be declined. */
function missingAction(proven: Proven, person: PersonFacts, { client }: Facts): SignInState | undefined {
  const isDone = (action: string) => proven.deferred.includes(`action:${action}`);
  const required = person.actions.find((action) => !isDone(action));
  if (required !== undefined) {
    // Who recovers has to be able to do what is required, or would be locked out by it.
    const standsIn = hasRecoveryProof(proven.proofs);
    return missingForChange(proven, person, standsIn) ?? { at: 'action', action: required, later: false, proven };
  }
  if (client.action === undefined || isDone(client.action)) return undefined;
  if (proven.deferred.includes(`declined:${client.action}`)) return undefined;
  // A change that nobody requires is not for a recovery: it waits until the lost factor is replaced.
  if (person.factors.length > 0 && hasRecoveryProof(proven.proofs) && countedFactors(proven.proofs).length === 0)
    return undefined;
  return missingForChange(proven, person, false) ?? { at: 'action', action: client.action, later: true, proven };
}

/** Nothing weaker changes something stronger: a session or a trusted browser is no proof for a change. */
function missingForChange(proven: Proven, person: PersonFacts, standsIn: boolean): SignInState | undefined {
  const { proofs } = proven;
  if (!proofs.some(isFirstProof)) {
    return { at: 'password', onward: 'settle', proven: { userId: proven.userId, proofs: [], deferred: [] } };
  }
  const [chosen] = person.factors;
  if (chosen === undefined || standsIn || proofs.includes('passkey') || countedFactors(proofs).length > 0)
    return undefined;
  return { at: 'factor', chosen, proven };
}

function denied(why: DeniedReason, proven: Proven): SignInState {
  return { at: 'denied', why, proven };
}
