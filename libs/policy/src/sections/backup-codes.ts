import { BITS_PER_SYMBOL } from '@sparekey/codes';
import { z } from 'zod';
import { unique, whole } from './setting.ts';

/** Least entropy of one backup code; below it a policy is refused. */
export const MIN_BACKUP_CODE_BITS = 39;

/** What a person may hold for which codes are asked; `passkey` stands for who signs in with nothing else. */
export const codesRequiredWith = ['totp', 'webauthn', 'sms', 'email', 'passkey'] as const;

/** The form and life of backup codes. */
export const backupCodes = z
  .strictObject({
    required: z
      .enum(['with_second_factor', 'never'])
      .default('with_second_factor')
      .describe('Whether a person with a second factor must hold a confirmed set'),
    requiredWith: z
      .array(z.enum(codesRequiredWith))
      .refine(unique, 'each kind once')
      .default([...codesRequiredWith])
      .describe('Which second factors ask for a set; passkey stands for people who hold nothing else'),
    count: whole('Codes in a set', 10, 8, 20),
    groups: whole('Groups in a code', 2, 2, 6),
    groupLength: whole('Symbols in a group', 4, 3, 8),
    expiryDays: whole('Life of a set (days)', 365, 30, 730),
    lowThreshold: whole('Codes left at which a new set is offered', 3, 1, 7),
    offerDays: whole('Days before a set expires from which a new one is offered at sign-in; 0 for never', 14, 0, 29),
    selection: z
      .enum(['any', 'numbered'])
      .default('any')
      .describe('Any code of the set, or the one whose number the page asks for (SP 800-63B-4 §3.1.2)'),
  })
  .prefault({})
  .refine((p) => p.groups * p.groupLength * BITS_PER_SYMBOL >= MIN_BACKUP_CODE_BITS, {
    message: `groups × groupLength must give at least ${MIN_BACKUP_CODE_BITS} bits, that is 8 symbols`,
    path: ['groupLength'],
  })
  .refine((p) => p.lowThreshold < p.count, { message: 'lowThreshold must be below count', path: ['lowThreshold'] });
