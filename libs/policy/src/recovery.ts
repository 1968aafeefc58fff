import { z } from 'zod';

const risk = z
  .strictObject({
    medium: z
      .int()
      .min(10)
      .max(100)
      .default(40)
      .describe('Score from which a recovery, or a sign-in where risk decides, counts as medium risk'),
    high: z.int().min(10).max(100).default(70).describe('Score from which it counts as high risk'),
    failures: z.int().min(3).max(100).default(5).describe('Wrong proofs within six hours that look like guessing'),
    recentChangeHours: z
      .int()
      .min(1)
      .max(720)
      .default(72)
      .describe('Time after a change of password, address or factors in which a recovery looks unusual (hours)'),
    dormantDays: z.int().min(7).max(730).default(90).describe('Days without a sign-in that make an account dormant'),
    travelKmh: z.int().min(100).max(5000).default(900).describe('Speed between two sign-ins that nobody travels at'),
  })
  .prefault({})
  .refine((p) => p.medium <= p.high, { message: 'medium must not be above high', path: ['medium'] });

/** What an administrator decides about signing in because the usual factor is gone. */
export const recoverySchema = z
  .strictObject({
    repair: z
      .enum(['encourage', 'require'])
      .default('encourage')
      .describe('Whether the lost factor may be replaced later after signing in with a backup code'),
    continueToApplication: z
      .boolean()
      .default(true)
      .describe(
        'Whether a sign-in by backup code or pass may go on to applications that ask for no more; if not, the account pages alone take it until the lost factor is replaced',
      ),
    sessionMinutes: z
      .int()
      .min(5)
      .max(60)
      .default(10)
      .describe('Life of a session that began with a backup code or a pass, until the factor is replaced (minutes)'),
    risk,
    whenMedium: z
      .enum(['other_channel', 'nothing'])
      .default('other_channel')
      .describe('What a recovery of medium risk has to bring beside the code'),
    whenHigh: z
      .enum(['cool_down', 'approval'])
      .default('cool_down')
      .describe('What a recovery of high risk waits for: its time, or an administrator'),
    coolDownHours: z.int().min(1).max(168).default(24).describe('How long a risky recovery waits unvetoed (hours)'),
    passWaitHours: z
      .int()
      .min(0)
      .max(168)
      .default(0)
      .describe('How long a pass of the help desk waits unvetoed before it counts (hours)'),
    privilegedRoles: z
      .array(z.string().min(1).max(255))
      .max(50)
      .default(['admin'])
      .describe('Roles whose holders need two administrators for an approval or a pass'),
  })
  .prefault({});

/** Browsers that are spared the second factor for a while. */
export const trustedDevicesSchema = z
  .strictObject({
    days: z
      .int()
      .min(0)
      .max(90)
      .default(0)
      .describe('How long a browser may be spared the second factor, if the person wishes (days); 0 turns it off'),
  })
  .prefault({});

export type RecoveryPolicy = z.infer<typeof recoverySchema>;
export type RiskThresholds = RecoveryPolicy['risk'];
