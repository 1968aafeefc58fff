import { z } from 'zod';
import { higher, later, lower, seconds, whole } from './setting.ts';

/** Signing in because the usual factor is gone. */
export const recovery = z
  .strictObject({
    repair: later(
      ['encourage', 'require'],
      z
        .enum(['encourage', 'require'])
        .default('encourage')
        .describe('Whether the lost factor may be replaced later after signing in with a backup code'),
    ),
    sessionSeconds: lower(seconds('Life of a session that only a recovery opened', 600, 60, 600)),
    continueToApplication: later(
      [true, false],
      z
        .boolean()
        .default(true)
        .describe('Whether a recovery goes on to the application without the lost factor replaced'),
    ),
    coolDownHours: higher(whole('Time a recovery of high risk waits for a veto (hours)', 24, 1, 168)),
    highRisk: later(
      ['wait', 'approval'],
      z
        .enum(['wait', 'approval'])
        .default('wait')
        .describe('What a recovery of high risk takes: its time unvetoed, or an administrator'),
    ),
  })
  .prefault({});

/** From how many points a recovery is risky, and what counts. */
export const risk = z
  .strictObject({
    mediumFrom: lower(whole('Points from which on a recovery has to be backed by another channel', 30, 1, 100)),
    highFrom: lower(whole('Points from which on it has to wait, or to be approved', 60, 1, 100)),
    dormantDays: lower(whole('Time without a sign-in after which an account counts as dormant (days)', 90, 7, 730)),
    recentChangeHours: higher(whole('How long a change of credentials counts as recent (hours)', 72, 1, 720)),
  })
  .prefault({})
  .refine((p) => p.mediumFrom <= p.highFrom, {
    message: 'mediumFrom must not be above highFrom',
    path: ['mediumFrom'],
  });

/** Browsers that are spared the second factor. */
export const trustedDevices = z
  .strictObject({
    allowed: later(
      [true, false],
      z.boolean().default(false).describe('Whether a browser may be spared the second factor after it was given once'),
    ),
    lifetimeDays: lower(whole('How long a browser is trusted (days)', 30, 1, 90)),
  })
  .prefault({});
