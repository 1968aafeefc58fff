import type { Policy } from './policy.ts';

/** What a person set up, with what decides whether one of it may go. */
export interface WaysIn {
  /** Every authenticator beside the password; backup codes may stand there and do not count. */
  held: readonly { id: string; kind: string }[];
  hasPassword: boolean;
  /** The realm, a role or an organization demands a second factor of the person. */
  required: boolean;
}

/**
 * Whether an authenticator may be removed without locking its person out: the one rule of every door. Backup codes never
 * count, as they only stand in for something; nor does a kind the policy no longer allows, as it cannot be replaced.
 * Where a second factor is required another one has to stay, and who has no password keeps a passkey to begin with.
 */
export function mayRemove(
  id: string,
  { held, hasPassword, required }: WaysIn,
  { secondFactor }: Pick<Policy, 'secondFactor'>,
): boolean {
  const target = held.find((each) => each.id === id);
  if (target === undefined) return false;
  const allowed: readonly string[] = secondFactor.allowed;
  const staying = held.filter((each) => each.id !== id && allowed.includes(each.kind)).map(({ kind }) => kind);
  if (required && staying.length === 0) return false;
  return hasPassword || target.kind !== 'webauthn' || staying.includes('webauthn');
}
