import { z } from 'zod';
import { higher, lower, seconds, whole } from './setting.ts';

const limitSettings = (failures: number) => ({
  failures: whole('Consecutive failures before a wait begins', failures, 1, 100),
  firstWaitSeconds: seconds('First wait; it doubles with every further failure', 30, 1, 3600),
  maxWaitSeconds: seconds('Longest wait', 3600, 30, 86_400),
  hardStop: whole(
    'Consecutive failures after which the authenticator stops working (SP 800-63B-4 §3.2.2)',
    100,
    10,
    100,
  ),
});

const limitOf = (settings: ReturnType<typeof limitSettings>) =>
  z
    .strictObject(settings)
    .prefault({})
    .refine((p) => p.firstWaitSeconds <= p.maxWaitSeconds, {
      message: 'firstWaitSeconds must not be above maxWaitSeconds',
      path: ['firstWaitSeconds'],
    })
    .refine((p) => p.failures <= p.hardStop, {
      message: 'failures must not be above hardStop',
      path: ['failures'],
    });

/** Of the first proof, for the whole realm: a limit of one organization would tell its members from names nobody has. */
const limitOfFirst = (failures: number) => limitOf(limitSettings(failures));

const limit = (failures: number) => {
  const settings = limitSettings(failures);
  lower(settings.failures);
  higher(settings.firstWaitSeconds);
  higher(settings.maxWaitSeconds);
  lower(settings.hardStop);
  return limitOf(settings);
};

/** Limits on guessing. */
export const lockout = z
  .strictObject({
    password: limitOfFirst(5),
    totp: limit(5),
    backup_code: limit(5),
    networkFailuresPerHour: z
      .int()
      .min(10)
      .max(100_000)
      .default(300)
      .describe('Failures of one network (/24, /48) within an hour before it has to wait'),
  })
  .prefault({});
