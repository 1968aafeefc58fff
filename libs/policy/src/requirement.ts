import type { Policy } from './policy.ts';
import type { clientAcrs } from './sections/second-factor.ts';

/** Why a person must hold a second factor. */
export type Requirement = { by: 'everyone' } | { by: 'role'; role: string };

/** Whether, and why, the person must hold a second factor; `roles` are the realm roles, expanded. */
export function secondFactorRequirement(
  { secondFactor }: Pick<Policy, 'secondFactor'>,
  roles: readonly string[],
): Requirement | undefined {
  if (secondFactor.required === 'required') return { by: 'everyone' };
  const role = secondFactor.requiredForRoles.find((name) => roles.includes(name));
  return role === undefined ? undefined : { by: 'role', role };
}

/** The least assurance that the policy demands for a client, whatever the client asks for. */
export function leastAcr(
  { secondFactor }: Pick<Policy, 'secondFactor'>,
  clientId: string,
): (typeof clientAcrs)[number] | undefined {
  return Object.hasOwn(secondFactor.clientAcr, clientId) ? secondFactor.clientAcr[clientId] : undefined;
}

/** Whether enrolment that was first asked for at `began` may still be put off. */
export function inGrace({ secondFactor }: Pick<Policy, 'secondFactor'>, began: Date, now: Date): boolean {
  return now.getTime() - began.getTime() < secondFactor.graceDays * 86_400_000;
}
