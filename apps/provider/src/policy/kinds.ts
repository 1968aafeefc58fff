import type { Policy } from '@sparekey/policy';
import type { SecondFactor } from '@sparekey/sign-in';
import { knownFactors } from '../interaction/factors/index.ts';

/** Kinds to set up, in the order of the policy. Where it allows none that has a page, whatever has one: never nothing. */
export function enrollableKinds({ secondFactor }: Policy): readonly SecondFactor[] {
  const kinds = secondFactor.allowed.filter((kind) => knownFactors.includes(kind));
  return kinds.length > 0 ? kinds : knownFactors;
}

/**
 * Kinds to ask for, in the order of the policy. What is not allowed any more comes last and stays good: a rule for new
 * factors must not turn somebody's sign-in into one with a password alone.
 */
export function askedKinds({ secondFactor }: Policy): readonly SecondFactor[] {
  const allowed = secondFactor.allowed.filter((kind) => knownFactors.includes(kind));
  return [...allowed, ...knownFactors.filter((kind) => !allowed.includes(kind))];
}

/** Codes for who holds a factor that asks for them; who holds none signs in with a passkey alone, or needs no codes. */
export function codesRequired({ backupCodes }: Policy, held: readonly SecondFactor[]): boolean {
  if (backupCodes.required === 'never') return false;
  if (held.length === 0) return backupCodes.requiredWith.includes('passkey');
  return held.some((kind) => backupCodes.requiredWith.includes(kind));
}
