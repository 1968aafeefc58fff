import type { Policy } from './policy.ts';
import { type RiskLevel, riskLevels } from './risk/risk.ts';
import type { clientAcrs } from './sections/second-factor.ts';

/** Why a person must hold a second factor. */
export type Requirement = { by: 'everyone' } | { by: 'role'; role: string } | { by: 'risk' };

/** Whether, and why, the person must hold a second factor; `roles` are the realm roles, expanded. */
export function secondFactorRequirement(
  { secondFactor }: Pick<Policy, 'secondFactor'>,
  { roles, risk = 'low' }: { roles: readonly string[]; risk?: RiskLevel },
): Requirement | undefined {
  if (secondFactor.required === 'required') return { by: 'everyone' };
  const role = secondFactor.requiredForRoles.find((name) => roles.includes(name));
  if (role !== undefined) return { by: 'role', role };
  const from = secondFactor.requiredAtRisk;
  return from !== 'never' && riskLevels.indexOf(risk) >= riskLevels.indexOf(from) ? { by: 'risk' } : undefined;
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
