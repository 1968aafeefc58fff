import { BITS_PER_SYMBOL } from '@sparekey/codes';
import { z } from 'zod';
import { messagePolicy } from './messages.ts';
import { recoverySchema, trustedDevicesSchema } from './recovery.ts';
import { webauthnPolicy } from './webauthn.ts';

/** Least entropy of one backup code; below it a policy is refused. */
export const MIN_BACKUP_CODE_BITS = 39;

const seconds = (description: string, fallback: number, min: number, max: number) =>
  z.int().min(min).max(max).default(fallback).describe(`${description} (seconds)`);

const limit = (failures: number) =>
  z
    .strictObject({
      failures: z.int().min(1).max(100).default(failures).describe('Consecutive failures before a wait begins'),
      firstWaitSeconds: seconds('First wait; it doubles with every further failure', 30, 1, 3600),
      maxWaitSeconds: seconds('Longest wait', 3600, 30, 86_400),
      hardStop: z
        .int()
        .min(10)
        .max(100)
        .default(100)
        .describe('Consecutive failures after which the authenticator stops working (SP 800-63B-4 §3.2.2)'),
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

const backupCodes = z
  .strictObject({
    required: z
      .enum(['with_second_factor', 'never'])
      .default('with_second_factor')
      .describe('Whether a person with a second factor must hold a confirmed set'),
    count: z.int().min(8).max(20).default(10).describe('Codes in a set'),
    groups: z.int().min(2).max(6).default(2).describe('Groups in a code'),
    groupLength: z.int().min(3).max(8).default(4).describe('Symbols in a group'),
    expiryDays: z.int().min(30).max(730).default(365).describe('Life of a set (days)'),
    lowThreshold: z.int().min(1).max(7).default(3).describe('Codes left at which a new set is offered'),
  })
  .prefault({})
  .refine((p) => p.groups * p.groupLength * BITS_PER_SYMBOL >= MIN_BACKUP_CODE_BITS, {
    message: `groups × groupLength must give at least ${MIN_BACKUP_CODE_BITS} bits, that is 8 symbols`,
    path: ['groupLength'],
  })
  .refine((p) => p.lowThreshold < p.count, { message: 'lowThreshold must be below count', path: ['lowThreshold'] });

/** Everything an administrator decides for a realm. Unknown keys are refused by name. */
export const policySchema = z.strictObject({
  secondFactor: z
    .strictObject({
      required: z
        .enum(['optional', 'required'])
        .default('optional')
        .describe('Whether everyone must hold a second factor; who has one is always asked for it'),
      allowed: z
        .array(z.enum(['webauthn', 'totp', 'email', 'sms']))
        .min(1)
        .default(['totp', 'webauthn'])
        .describe('Kinds of second factor; email and sms are held by everyone with a verified address or number'),
    })
    .prefault({}),
  backupCodes,
  webauthn: webauthnPolicy,
  recovery: recoverySchema,
  trustedDevices: trustedDevicesSchema,
  lockout: z
    .strictObject({
      password: limit(5),
      totp: limit(5),
      email: limit(5),
      sms: limit(5),
      webauthn: limit(5),
      backup_code: limit(5),
      networkFailuresPerHour: z
        .int()
        .min(10)
        .max(100_000)
        .default(300)
        .describe('Failures of one network (/24, /48) within an hour before it has to wait'),
    })
    .prefault({}),
  messages: messagePolicy,
  session: z
    .strictObject({
      idleSeconds: seconds('Single sign-on session without activity', 3600 * 12, 300, 3600 * 24 * 30),
      absoluteSeconds: seconds('Single sign-on session at most', 3600 * 24 * 14, 300, 3600 * 24 * 90),
    })
    .prefault({})
    .refine((p) => p.idleSeconds <= p.absoluteSeconds, {
      message: 'idleSeconds must not be above absoluteSeconds',
      path: ['idleSeconds'],
    }),
  tokens: z
    .strictObject({
      accessTokenSeconds: seconds('Access token', 300, 30, 3600),
      refreshTokenSeconds: seconds('Refresh token', 3600 * 24 * 14, 300, 3600 * 24 * 90),
      idTokenSeconds: seconds('ID token', 300, 30, 3600),
    })
    .prefault({}),
  freshProofSeconds: seconds('How long a proof counts as fresh for a change of factors', 300, 30, 3600),
});

export type Policy = z.infer<typeof policySchema>;
export type PolicyInput = z.input<typeof policySchema>;
export type BackupCodePolicy = Policy['backupCodes'];
export type WebAuthnPolicy = Policy['webauthn'];
export type AttemptLimit = Policy['lockout']['totp'];

/** The policy of a realm that decided nothing. */
export const defaultPolicy: Policy = policySchema.parse({});
