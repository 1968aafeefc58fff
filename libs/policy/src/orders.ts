import { clientAcrs, factorKinds } from './sections/second-factor.ts';
import type { Strictness } from './strictness.ts';

const lower: Strictness = { stricter: 'lower' };
const higher: Strictness = { stricter: 'higher' };
/** From the laxest value to the strictest. */
const later = (...order: readonly unknown[]): Strictness => ({ stricter: 'later', order });

/** Kinds asked for after a first proof. A passkey can be one, so its limits are the realm's. */
const limitedKinds = ['totp', 'email', 'sms', 'backup_code'];

const limit = (kind: string): Record<string, Strictness> => ({
  [`lockout.${kind}.failures`]: lower,
  [`lockout.${kind}.firstWaitSeconds`]: higher,
  [`lockout.${kind}.maxWaitSeconds`]: higher,
  [`lockout.${kind}.hardStop`]: lower,
});

/**
 * The settings an organization may make stricter, and which way that is. What does not stand here the realm decides for
 * everyone: above all limits and costs of the first proof, by which members could be told from names nobody has.
 */
export const orders: Readonly<Record<string, Strictness>> = {
  'secondFactor.required': later('optional', 'required'),
  'secondFactor.asked': later('risk', 'always'),
  'secondFactor.requiredForRoles': { stricter: 'union' },
  'secondFactor.clientAcr': { stricter: 'later_of_each', order: clientAcrs },
  'secondFactor.graceDays': lower,
  'secondFactor.allowed': { stricter: 'intersection', strongest: factorKinds },
  'backupCodes.required': later('never', 'with_second_factor'),
  'backupCodes.requiredWith': { stricter: 'union' },
  'backupCodes.count': lower,
  'backupCodes.groups': higher,
  'backupCodes.groupLength': higher,
  'backupCodes.expiryDays': lower,
  'backupCodes.lowThreshold': higher,
  'backupCodes.offerDays': higher,
  'backupCodes.selection': later('any', 'numbered'),
  'recovery.repair': later('encourage', 'require'),
  'recovery.continueToApplication': later(true, false),
  'recovery.sessionMinutes': lower,
  'recovery.risk.medium': lower,
  'recovery.risk.high': lower,
  'recovery.risk.failures': lower,
  'recovery.risk.recentChangeHours': higher,
  'recovery.risk.dormantDays': lower,
  'recovery.risk.travelKmh': lower,
  'recovery.whenMedium': later('nothing', 'other_channel'),
  'recovery.whenHigh': later('cool_down', 'approval'),
  'recovery.coolDownHours': higher,
  'recovery.passWaitHours': higher,
  'recovery.privilegedRoles': { stricter: 'union' },
  'trustedDevices.days': lower,
  ...Object.assign({}, ...limitedKinds.map(limit)),
  'session.idleSeconds': lower,
  'session.absoluteSeconds': lower,
  'session.oneFactorSeconds': lower,
  'session.multiFactorSeconds': lower,
  'session.phishingResistantSeconds': lower,
  'account.deletion': later(true, false),
  freshProofSeconds: lower,
};

/** Of each pair the first may not be above the second; one that is moved takes the other along, to the stricter side. */
export const pairs: readonly (readonly [below: string, above: string])[] = [
  ['session.idleSeconds', 'session.absoluteSeconds'],
  ['recovery.risk.medium', 'recovery.risk.high'],
  ...limitedKinds.flatMap((kind) => [
    [`lockout.${kind}.failures`, `lockout.${kind}.hardStop`] as const,
    [`lockout.${kind}.firstWaitSeconds`, `lockout.${kind}.maxWaitSeconds`] as const,
  ]),
];
