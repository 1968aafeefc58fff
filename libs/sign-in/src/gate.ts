import { ACR_1FA, ACR_MFA, ACR_RECOVERY, type Acr, acrSatisfies } from './assurance.ts';

/** What a person may change about their own way in. */
export const accountChanges = [
  'add_factor',
  'remove_factor',
  'codes',
  'password',
  'profile',
  'phone',
  'delete',
] as const;
export type AccountChange = (typeof accountChanges)[number];

/** The session that asks for a change. */
export interface Standing {
  acr: string | undefined;
  /** Seconds since the last proof; infinite when not known. */
  ageSeconds: number;
  /** The person holds a second factor. */
  holdsFactor: boolean;
}

/** What has to be proven first; `acr` is left out where any sign-in will do. */
export interface Demand {
  maxAgeSeconds: number;
  acr?: Acr;
}

/**
 * What a change still demands of a session; undefined when it may be made. The one gate of every door: nothing weaker
 * changes something stronger (CVE-2026-3429), nothing is changed on an old proof, and a recovery may replace what was
 * lost and do nothing else.
 */
export function demandOf(change: AccountChange, standing: Standing, freshSeconds: number): Demand | undefined {
  const { acr, ageSeconds, holdsFactor } = standing;
  const recovering = acr === ACR_RECOVERY;
  const repairs = recovering && change === 'add_factor';
  const needsFactor = (holdsFactor || recovering) && !repairs;
  const strong = acr !== undefined && (!needsFactor || acrSatisfies(acr, ACR_MFA));
  if (strong && ageSeconds <= freshSeconds) return undefined;
  return { maxAgeSeconds: freshSeconds, ...(needsFactor ? { acr: ACR_MFA } : {}) };
}

/** How much of an account is asked for without changing a way in: what a repair needs, or all of it. */
export type AccountReach = 'repair' | 'account';

/**
 * What a sign-in lacks to see the account and to take access away (a session, a trusted device, an application). Any
 * sign-in will do, but a recovery: it sees what it needs to replace what was lost, and nothing else.
 */
export function demandToReach(reach: AccountReach, acr: string | undefined): Pick<Demand, 'acr'> | undefined {
  if (acr === undefined) return { acr: ACR_1FA };
  return reach === 'account' && acr === ACR_RECOVERY ? { acr: ACR_MFA } : undefined;
}
