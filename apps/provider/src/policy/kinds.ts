import type { Policy } from '@sparekey/policy';
import { ACR_PHR, type SecondFactor } from '@sparekey/sign-in';
import { knownFactors } from '../interaction/factors/index.ts';

/**
 * Kinds to set up, in the order of the policy; a client that wants resistance to phishing gets what has it first. Where
 * the policy allows none that people set up themselves, all of them: never nothing. What somebody holds stays good
 * when it is not allowed any more: a rule for new factors must not leave a password alone.
 */
export function enrollableKinds({ secondFactor }: Policy, acrs: readonly string[] = []): readonly SecondFactor[] {
  const allowed = secondFactor.allowed.filter((kind) => knownFactors.includes(kind));
  const kinds = allowed.length > 0 ? allowed : knownFactors;
  if (acrs.length === 0 || acrs.some((acr) => acr !== ACR_PHR)) return kinds;
  return kinds.toSorted((a, b) => Number(b === 'webauthn') - Number(a === 'webauthn'));
}

/** Codes for who holds a factor that asks for them; who holds none signs in with a passkey alone, or needs no codes. */
export function codesRequired({ backupCodes }: Policy, held: readonly SecondFactor[]): boolean {
  if (backupCodes.required === 'never') return false;
  if (held.length === 0) return backupCodes.requiredWith.includes('passkey');
  return held.some((kind) => backupCodes.requiredWith.includes(kind));
}
