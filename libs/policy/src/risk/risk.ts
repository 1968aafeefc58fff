import type { RiskThresholds } from '../recovery.ts';

/** What is known about a recovery when its code is used. What could not be found out is undefined, and weighs nothing. */
export interface RiskSignals {
  /** No device record of this person is in the browser. */
  newDevice: boolean;
  /** Nobody signed in to this account from this network (/24, /48) in the last 90 days. */
  newNetwork: boolean;
  /** The same for the country; undefined without a GeoIP file, or where it does not know the address. */
  newCountry: boolean | undefined;
  /** Speed (km/h) from the place of the last sign-in to here. */
  travelKmh: number | undefined;
  /** The address is on the operator's list. */
  badNetwork: boolean;
  /** Wrong proofs for this account in the last six hours. */
  recentFailures: number;
  /** Backup codes used for this account in the last 24 hours, before this one. */
  recentRecoveries: number;
  /** Days since the last sign-in; since the account was made when there was none. */
  idleDays: number;
  /** Hours since the password or the address changed, or a factor was removed; undefined when long ago or never. */
  hoursSinceChange: number | undefined;
  /** Codes left in the set after this one; undefined when it was no code. */
  codesLeft: number | undefined;
}

/** What each sign weighs at most, heaviest first, and what it is a sign of. */
export const riskSigns = {
  bad_network: { points: 50, about: "The address is on the operator's list" },
  impossible_travel: { points: 40, about: 'Nobody travels so fast from the place of the last sign-in (`travelKmh`)' },
  failures: {
    points: 40,
    about: 'Wrong proofs within six hours: 10 points from three, 20 from `failures`, 40 from twice as many',
  },
  new_country: { points: 30, about: 'Nobody signed in to this account from this country in the last 90 days' },
  repeated_recovery: {
    points: 30,
    about: 'Backup codes used in the last 24 hours, 15 points for each of the first two',
  },
  recent_change: { points: 25, about: 'Password, address or factors were changed just before (`recentChangeHours`)' },
  new_device: { points: 20, about: 'The browser is not known' },
  dormant: { points: 15, about: 'Nobody has signed in for long (`dormantDays`)' },
  new_network: { points: 10, about: 'Nobody signed in to this account from this network in the last 90 days' },
  few_codes: { points: 5, about: 'Two codes or fewer are left: somebody may be running through a set' },
} as const;
export type RiskReason = keyof typeof riskSigns;
export const riskReasons = Object.keys(riskSigns) as RiskReason[];

export const riskLevels = ['low', 'medium', 'high'] as const;
export type RiskLevel = (typeof riskLevels)[number];

export interface RiskAssessment {
  /** 0 to 100. */
  score: number;
  level: RiskLevel;
  /** What weighed, heaviest first: for the audit and for administrators, never for the page. */
  reasons: { reason: RiskReason; points: number }[];
}

/** Wrong proofs that say nothing: who has lost a device tries a few things. */
const USUAL_FAILURES = 3;

/** Codes left (after this one) at which somebody may be running through a set. */
const FEW_CODES = 2;

/**
 * How unusual a recovery is, and why. A sum of points and nothing else, so that every decision can be read back from
 * its reasons; points are never negative, so one signal more never lowers the level. A lost phone and a new browser at
 * an unknown place are what recovery is for: these alone stay low by default.
 */
export function assessRisk(signals: RiskSignals, thresholds: RiskThresholds): RiskAssessment {
  const weighs = (reason: RiskReason, isSeen: boolean) => (isSeen ? riskSigns[reason].points : 0);
  const points: Record<RiskReason, number> = {
    bad_network: weighs('bad_network', signals.badNetwork),
    impossible_travel: weighs('impossible_travel', above(signals.travelKmh, thresholds.travelKmh)),
    failures: failurePoints(signals.recentFailures, thresholds.failures),
    new_country: weighs('new_country', signals.newCountry === true),
    repeated_recovery: (Math.min(signals.recentRecoveries, 2) / 2) * riskSigns.repeated_recovery.points,
    recent_change: weighs('recent_change', within(signals.hoursSinceChange, thresholds.recentChangeHours)),
    new_device: weighs('new_device', signals.newDevice),
    dormant: weighs('dormant', signals.idleDays >= thresholds.dormantDays),
    new_network: weighs('new_network', signals.newNetwork),
    few_codes: weighs('few_codes', within(signals.codesLeft, FEW_CODES)),
  };
  const reasons = riskReasons
    .map((reason) => ({ reason, points: points[reason] }))
    .filter((each) => each.points > 0)
    .toSorted((a, b) => b.points - a.points);
  const score = Math.min(
    100,
    reasons.reduce((sum, each) => sum + each.points, 0),
  );
  return { score, level: levelOf(score, thresholds), reasons };
}

function levelOf(score: number, { medium, high }: RiskThresholds): RiskLevel {
  if (score >= high) return 'high';
  return score >= medium ? 'medium' : 'low';
}

/** Grows with the failures, up to what several wrong countries would weigh: guessing under way is the plainest sign. */
function failurePoints(failures: number, limit: number): number {
  if (failures < USUAL_FAILURES) return 0;
  if (failures < limit) return 10;
  return failures < 2 * limit ? 20 : riskSigns.failures.points;
}

const above = (value: number | undefined, limit: number): boolean => value !== undefined && value > limit;
const within = (value: number | undefined, limit: number): boolean => value !== undefined && value <= limit;
