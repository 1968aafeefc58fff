import { z } from 'zod';
import { type Operation, time, whereabouts } from './operation.ts';

const tag = 'Backup codes';

const use = z
  .object({
    at: time,
    number: z.int().optional().describe('Its place in the set as it was shown, from 1'),
    where: whereabouts,
  })
  .meta({ id: 'BackupCodeUse' });

export const backupCodeOperations = {
  getBackupCodes: {
    method: 'GET',
    path: '/backup-codes',
    tag,
    summary: 'How the backup codes stand; never the codes',
    needs: { read: 'repair' },
    status: 200,
    answer: z.object({
      active: z
        .object({
          count: z.int(),
          left: z.int(),
          createdAt: time,
          expiresAt: time,
          lastUsedAt: time.optional(),
          uses: z.array(use).describe('Newest first'),
        })
        .optional(),
      pending: z
        .object({ count: z.int(), createdAt: time, expiresAt: time })
        .optional()
        .describe('Made and shown, and good only once one of its codes was typed back'),
    }),
  },
  generateBackupCodes: {
    method: 'POST',
    path: '/backup-codes',
    tag,
    summary: 'Make a new set of backup codes',
    description:
      'The codes are in this answer and nowhere else: keep none of it. The set is pending, and the one before stays good, until a code was typed back. Only for who holds a second factor: 409.',
    needs: { change: 'codes' },
    status: 201,
    answer: z.object({
      codes: z.array(z.string()),
      numbered: z.boolean().describe('A code is asked for by its number, the first being 1'),
      createdAt: time,
      expiresAt: time,
      replaces: z.boolean().describe('A set with usable codes ends once this one is confirmed'),
    }),
  },
  confirmBackupCodes: {
    method: 'POST',
    path: '/backup-codes/confirm',
    tag,
    summary: 'Type one of the new codes back: now the set is good, and the one before ends',
    description: 'The code that was typed stays good. 409 when the set is no longer the pending one.',
    needs: { change: 'codes' },
    body: z.strictObject({ code: z.string().max(100) }),
    status: 204,
  },
} as const satisfies Record<string, Operation>;
