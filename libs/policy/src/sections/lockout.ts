import { z } from 'zod';
import { seconds, whole } from './setting.ts';

const limit = (failures: number) =>
  z
    .strictObject({
      failures: whole('Consecutive failures before a wait begins', failures, 1, 100),
      firstWaitSeconds: seconds('First wait; it doubles with every further failure', 30, 1, 3600),
      maxWaitSeconds: seconds('Longest wait', 3600, 30, 86_400),
      hardStop: whole(
        'Consecutive failures after which the authenticator stops working (SP 800-63B-4 §3.2.2)',
        100,
        10,
        100,
      ),
    })
    .prefault({})
    .refine((p) => p.firstWaitSeconds <= p.maxWaitSeconds, {
      message: 'firstWaitSeconds must not be above maxWaitSeconds',
      path: ['firstWaitSeconds'],
    })
    .refine((p) => p.failures <= p.hardStop, {
      message: 'failures must not be above hardStop',
      path: ['failures'],
    });

/** Limits on guessing. */
export const lockout = z
  .strictObject({
    password: limit(5),
    totp: limit(5),
    email: limit(5),
    sms: limit(5),
    webauthn: limit(5),
    backup_code: limit(5),
    networkFailuresPerHour: whole(
      'Failures of one network (/24, /48) within an hour before it has to wait',
      300,
      10,
      100_000,
    ),
  })
  .prefault({});
